package cli

import (
	"fmt"
	"net/url"
	"strings"

	"google.golang.org/protobuf/proto"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// tasksCommand manages what is exchanged with a repository.
type tasksCommand struct {
	Remote `embed:""`
	List   tasksList   `cmd:"" help:"List the resources of a repository."`
	Show   tasksShow   `cmd:"" help:"Show one of them."`
	Add    tasksAdd    `cmd:"" help:"Exchange a resource with a repository."`
	Edit   tasksEdit   `cmd:"" help:"Change how it is exchanged."`
	Remove tasksRemove `cmd:"" help:"Exchange it no more; records stay."`
}

type tasksList struct {
	Listing
	Repository string `arg:"" help:"Name of the repository."`
}

// Run lists tasks.
func (c *tasksList) Run(e *Env) error {
	repository, err := e.repository(c.Repository)
	if err != nil {
		return err
	}
	return e.list(under(repository, "/tasks"), nil, c.Listing, func() proto.Message { return &configv1.ListTasksResponse{} },
		"resourceName", "mode", "strategy", "updatePolicy", "conflictPolicy", "lastPullTime", "lastPushTime")
}

// taskName names a task.
type taskName struct {
	Repository string `arg:"" help:"Name of the repository."`
	Resource   string `arg:"" help:"Name of the resource, such as org_organisation."`
}

func (n taskName) path(e *Env) (string, error) {
	repository, err := e.repository(n.Repository)
	if err != nil {
		return "", err
	}
	return under(repository, "/tasks/"+url.PathEscape(n.Resource)), nil
}

type tasksShow struct{ taskName }

// Run shows one task.
func (c *tasksShow) Run(e *Env) error {
	path, err := c.path(e)
	if err != nil {
		return err
	}
	return e.show(path, &configv1.Task{})
}

// taskFlags are what people decide about a task.
type taskFlags struct {
	Mode           *string  `field:"mode" help:"Directions: pull, push, pull-and-push or none." placeholder:"MODE"`
	Strategy       []string `field:"strategy" help:"What imports may do: create, update, delete, merge; none for nothing." placeholder:"METHOD,…"`
	UpdatePolicy   *string  `field:"update_policy" help:"Who wins if one side has changed a record: this, other, newer or master." placeholder:"POLICY"`
	ConflictPolicy *string  `field:"conflict_policy" help:"Who wins if both sides have changed a record: this, other, newer or master." placeholder:"POLICY"`
	Filter         []string `sep:"none" help:"Exchange only what matches: TABLE:CONDITION, such as org_office:~.code=A. May be given several times; none removes all." placeholder:"TABLE:CONDITION"`
}

// filters reads the conditions; set says that some were given.
func (f taskFlags) filters() (filters []*configv1.Filter, set bool, err error) {
	for _, text := range f.Filter {
		if text == none {
			continue
		}
		table, condition, found := strings.Cut(text, ":")
		if !found {
			return nil, false, &outcome{code: exitUsage, err: fmt.Errorf("--filter %q: write TABLE:CONDITION", text)}
		}
		filters = append(filters, &configv1.Filter{Tablename: table, FilterString: condition})
	}
	return filters, f.Filter != nil, nil
}

type tasksAdd struct {
	taskName
	taskFlags
}

// Run adds a task.
func (c *tasksAdd) Run(e *Env) error {
	repository, err := e.repository(c.Repository)
	if err != nil {
		return err
	}
	in, added := &configv1.Task{ResourceName: c.Resource}, &configv1.Task{}
	if _, err := fill(in, &c.taskFlags, clock()); err != nil {
		return &outcome{code: exitUsage, err: err}
	}
	if in.Filters, _, err = c.filters(); err != nil {
		return err
	}
	if err := e.call("POST", under(repository, "/tasks"), in, added); err != nil {
		return err
	}
	return e.print(added)
}

type tasksEdit struct {
	taskName
	taskFlags
}

// Run changes a task.
func (c *tasksEdit) Run(e *Env) error {
	path, err := c.path(e)
	if err != nil {
		return err
	}
	in, changed := &configv1.Task{}, &configv1.Task{}
	mask, err := fill(in, &c.taskFlags, clock())
	if err != nil {
		return &outcome{code: exitUsage, err: err}
	}
	filters, set, err := c.filters()
	if err != nil {
		return err
	}
	if set {
		in.Filters, mask = filters, append(mask, "filters")
	}
	if len(mask) == 0 {
		return &outcome{code: exitUsage, err: errNoChange}
	}
	if err := e.call("PATCH", path+"?updateMask="+strings.Join(mask, ","), in, changed); err != nil {
		return err
	}
	return e.print(changed)
}

type tasksRemove struct{ taskName }

// Run removes a task.
func (c *tasksRemove) Run(e *Env) error {
	path, err := c.path(e)
	if err != nil {
		return err
	}
	if err := e.call("DELETE", path, nil, nil); err != nil {
		return err
	}
	e.say("%s is not exchanged with %s any more.", c.Resource, c.Repository)
	return nil
}
