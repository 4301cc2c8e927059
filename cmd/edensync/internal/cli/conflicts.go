package cli

import (
	"errors"
	"fmt"
	"net/url"

	"google.golang.org/protobuf/proto"

	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// conflictsCommand shows records that both sides had changed.
type conflictsCommand struct {
	Remote `embed:""`
	List   conflictsList   `cmd:"" help:"List conflicts, newest first; open ones unless others are asked for."`
	Show   conflictsShow   `cmd:"" help:"Show one conflict with both versions side by side."`
	Decide conflictsDecide `cmd:"" help:"Make one version the valid one; it travels with the next exchange."`
	Undo   conflictsUndo   `cmd:"" help:"Take a decision back."`
}

type conflictsList struct {
	Listing
	Repository string   `help:"Only those with this repository." placeholder:"NAME"`
	Resource   string   `query:"resourceName" help:"Only those of this resource." placeholder:"NAME"`
	Query      string   `query:"query" help:"Only those whose label or uid contains this."`
	State      []string `query:"states" help:"Only those in this state: open, decided, superseded." default:"open"`
}

// Run lists conflicts.
func (c *conflictsList) Run(e *Env) error {
	query, err := e.selection(c, c.Repository)
	if err != nil {
		return err
	}
	return e.list("/conflicts", query, c.Listing, func() proto.Message { return &transferv1.ListConflictsResponse{} },
		"createTime", "repositoryName", "resourceName", "label", "differingFields", "policy", "winner", "state", "id")
}

type conflictsShow struct {
	ID string `arg:"" name:"id" help:"Id of the conflict."`
}

// Run shows one conflict.
func (c *conflictsShow) Run(e *Env) error {
	conflict := &transferv1.Conflict{}
	if err := e.call("GET", conflictPath(c.ID, ""), nil, conflict); err != nil {
		return err
	}
	if e.remote.Output == "json" {
		return e.print(conflict)
	}
	differences := make([]proto.Message, 0, len(conflict.GetDifferences()))
	for _, d := range conflict.GetDifferences() {
		differences = append(differences, d)
	}
	conflict.Local, conflict.Remote, conflict.Base, conflict.Differences = nil, nil, nil, nil
	if err := e.print(conflict); err != nil {
		return err
	}
	e.line("")
	return e.printList(differences, []string{"name", "baseValue", "localValue", "remoteValue", "differs"})
}

func conflictPath(id, verb string) string { return "/conflicts/" + url.PathEscape(id) + verb }

type conflictsDecide struct {
	Side  string            `arg:"" enum:"local,remote" help:"local: this site's version; remote: the remote site's."`
	IDs   []string          `arg:"" name:"id" help:"Ids of conflicts; none is decided if one of them cannot be."`
	Field map[string]string `help:"Of one conflict: take this field from another side, such as --field phone=local." placeholder:"NAME=SIDE"`
}

// Run decides conflicts.
func (c *conflictsDecide) Run(e *Env) error {
	answer := &transferv1.BatchDecideConflictsResponse{}
	side, err := conflictSide(c.Side)
	switch {
	case err != nil:
		return err
	case len(c.Field) > 0:
		err = c.decideFields(e, side, answer)
	default:
		err = e.call("POST", "/conflicts:batchDecide", &transferv1.BatchDecideConflictsRequest{Ids: c.IDs, Side: side}, answer)
	}
	if err != nil {
		return err
	}
	return e.printList(itemsOf(answer), []string{"resourceName", "label", "winner", "state", "fieldSides", "id"})
}

// decideFields decides one conflict field by field.
func (c *conflictsDecide) decideFields(e *Env, side transferv1.ConflictSide, answer *transferv1.BatchDecideConflictsResponse) error {
	if len(c.IDs) != 1 {
		return &outcome{code: exitUsage, err: errors.New("fields can be chosen of one conflict at a time")}
	}
	request := &transferv1.DecideConflictRequest{Side: side, FieldSides: map[string]transferv1.ConflictSide{}}
	for name, text := range c.Field {
		from, err := conflictSide(text)
		if err != nil {
			return err
		}
		request.FieldSides[name] = from
	}
	conflict := &transferv1.Conflict{}
	answer.Conflicts = append(answer.Conflicts, conflict)
	return e.call("POST", conflictPath(c.IDs[0], ":decide"), request, conflict)
}

func conflictSide(text string) (transferv1.ConflictSide, error) {
	switch text {
	case "local":
		return transferv1.ConflictSide_CONFLICT_SIDE_LOCAL, nil
	case "remote":
		return transferv1.ConflictSide_CONFLICT_SIDE_REMOTE, nil
	default:
		return 0, &outcome{code: exitUsage, err: fmt.Errorf("a side is local or remote, not %q", text)}
	}
}

type conflictsUndo struct {
	ID string `arg:"" name:"id" help:"Id of the conflict."`
}

// Run takes a decision back.
func (c *conflictsUndo) Run(e *Env) error {
	conflict := &transferv1.Conflict{}
	if err := e.call("POST", conflictPath(c.ID, ":undo"), &transferv1.UndoConflictRequest{}, conflict); err != nil {
		return err
	}
	return e.print(conflict)
}

// rejectsCommand shows records that could not be applied.
type rejectsCommand struct {
	Remote  `embed:""`
	List    rejectsList    `cmd:"" help:"List rejects, newest first; open ones unless others are asked for."`
	Show    rejectsShow    `cmd:"" help:"Show one reject with its element."`
	Retry   rejectsRetry   `cmd:"" help:"Try rejected records again at once."`
	Dismiss rejectsDismiss `cmd:"" help:"Close rejects for good."`
}

type rejectsList struct {
	Listing
	Repository string   `help:"Only those with this repository." placeholder:"NAME"`
	Resource   string   `query:"resourceName" help:"Only those of this resource." placeholder:"NAME"`
	State      []string `query:"states" help:"Only those in this state: open, resolved, dismissed." default:"open"`
}

// Run lists rejects.
func (c *rejectsList) Run(e *Env) error {
	query, err := e.selection(c, c.Repository)
	if err != nil {
		return err
	}
	return e.list("/rejects", query, c.Listing, func() proto.Message { return &transferv1.ListRejectsResponse{} },
		"createTime", "repositoryName", "direction", "resourceName", "uid", "reason", "tries", "state", "message", "id")
}

type rejectsShow struct {
	ID string `arg:"" name:"id" help:"Id of the reject."`
}

// Run shows one reject.
func (c *rejectsShow) Run(e *Env) error { return e.show(rejectPath(c.ID, ""), &transferv1.Reject{}) }

func rejectPath(id, verb string) string { return "/rejects/" + url.PathEscape(id) + verb }

type rejectsRetry struct {
	IDs []string `arg:"" name:"id" help:"Ids of rejects."`
}

// Run tries again.
func (c *rejectsRetry) Run(e *Env) error {
	return e.eachReject(c.IDs, ":retry", &transferv1.RetryRejectRequest{})
}

type rejectsDismiss struct {
	IDs []string `arg:"" name:"id" help:"Ids of rejects."`
}

// Run closes rejects.
func (c *rejectsDismiss) Run(e *Env) error {
	return e.eachReject(c.IDs, ":dismiss", &transferv1.DismissRejectRequest{})
}

// eachReject does the same with several rejects and prints how they stand, also of those before one that failed.
func (e *Env) eachReject(ids []string, verb string, request proto.Message) error {
	var done []proto.Message
	var failed error
	for _, id := range ids {
		reject := &transferv1.Reject{}
		if failed = e.call("POST", rejectPath(id, verb), request, reject); failed != nil {
			break
		}
		done = append(done, reject)
	}
	if len(done) > 0 {
		if err := e.printList(done, []string{"resourceName", "uid", "state", "tries", "message", "id"}); err != nil {
			return err
		}
	}
	return failed
}
