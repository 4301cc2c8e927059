package cli

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/cmd/edensync/internal/api"
	"github.com/edensync/edensync/internal/apierr"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	"github.com/edensync/edensync/proto/restjson"
)

// logCommand reads the synchronization log.
type logCommand struct {
	Remote `embed:""`
	List   logList   `cmd:"" help:"List entries, newest first."`
	Show   logShow   `cmd:"" help:"Show one entry."`
	Follow logFollow `cmd:"" help:"Print entries as they come, until interrupted."`
	Export logExport `cmd:"" help:"Write entries to a file, as CSV or one JSON object a line."`
	Purge  logPurge  `cmd:"" help:"Remove old entries for good."`
}

// logFilter selects entries.
type logFilter struct {
	Repository  string   `help:"Only those about this repository." placeholder:"NAME"`
	Resource    string   `query:"resourceName" help:"Only those about this resource." placeholder:"NAME"`
	Mode        string   `query:"mode" help:"Only those of this mode: PULL, PUSH, LOGIN, REGISTER or NONE." placeholder:"MODE"`
	Result      []string `query:"results" help:"Only those with this result: success, warning, error, fatal."`
	RemoteError *bool    `query:"remoteError" negatable:"" help:"Only those with an error at the remote site, or without."`
	Run         string   `name:"run" query:"runId" help:"Only those of this run." placeholder:"ID"`
	Query       string   `query:"query" help:"Only those whose message contains this."`
}

// logPeriod narrows entries down to a time.
type logPeriod struct {
	Since string `query:"startTime" help:"Only those at or after this time, such as -24h." placeholder:"TIME"`
	Until string `query:"endTime" help:"Only those before this time." placeholder:"TIME"`
}

// selection makes the query of flags that hold a logFilter.
func (e *Env) selection(flags any, repository string) (url.Values, error) {
	query, err := queryOf(flags, clock())
	if err != nil {
		return nil, &outcome{code: exitUsage, err: err}
	}
	return query, e.withRepository(query, repository)
}

type logList struct {
	Listing
	Filter logFilter `embed:""`
	Period logPeriod `embed:""`
}

// Run lists entries.
func (c *logList) Run(e *Env) error {
	query, err := e.selection(c, c.Filter.Repository)
	if err != nil {
		return err
	}
	return e.list("/logEntries", query, c.Listing, func() proto.Message { return &auditv1.ListLogEntriesResponse{} },
		"time", "repositoryName", "resourceName", "mode", "transmission", "action", "result", "remoteError", "message", "id")
}

type logShow struct {
	ID string `arg:"" name:"id" help:"Id of the entry."`
}

// Run shows one entry.
func (c *logShow) Run(e *Env) error {
	return e.show("/logEntries/"+url.PathEscape(c.ID), &auditv1.LogEntry{})
}

type logFollow struct {
	Filter logFilter `embed:""`
}

// retryPause is how long is waited before a stream that broke off is opened again.
const retryPause = 2 * time.Second

// Run prints entries as they come. A stream that ends or breaks off goes on behind the last entry.
func (c *logFollow) Run(e *Env) error {
	query, err := e.selection(c, c.Filter.Repository)
	if err != nil {
		return err
	}
	client, err := e.connect()
	if err != nil {
		return err
	}
	for e.Context.Err() == nil {
		if err := e.entries(client, query); err != nil {
			return err
		}
	}
	return nil
}

// entries prints entries until the stream ends, and sets the query to go on behind the last one. That the command was
// interrupted or the site was away for a while is no error.
func (e *Env) entries(client *api.Client, query url.Values) error {
	err := api.Stream(e.Context, client, "/logEntries:watch?"+query.Encode(),
		func() *auditv1.WatchLogEntriesResponse { return &auditv1.WatchLogEntriesResponse{} },
		func(m *auditv1.WatchLogEntriesResponse) error {
			for _, entry := range m.GetLogEntries() {
				query.Set("afterId", entry.GetId())
				if err := e.tell(entry); err != nil {
					return err
				}
			}
			return nil
		})
	if err == nil || e.Context.Err() == nil && apierr.KindOf(err) != apierr.KindUnavailable && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	_ = e.pause(retryPause) // it only fails if the command was interrupted
	return nil
}

// tell prints an entry on one line.
func (e *Env) tell(entry *auditv1.LogEntry) error {
	if e.remote.Output == "json" {
		text, err := restjson.Marshal(entry)
		if err == nil {
			_, err = fmt.Fprintf(e.Out, "%s\n", text)
		}
		return err
	}
	parts := e.cells(entry, []string{"time", "repositoryName", "resourceName", "mode", "transmission", "action", "result"})
	_, err := fmt.Fprintln(e.Out, strings.Join(parts, "  ")+"  "+clean(entry.GetMessage()))
	return err
}

type logExport struct {
	File   string    `arg:"" optional:"" default:"-" help:"File to write; - is standard output."`
	Format string    `help:"csv or ndjson." enum:"csv,ndjson" default:"csv"`
	Filter logFilter `embed:""`
	Period logPeriod `embed:""`
}

// Run exports entries.
func (c *logExport) Run(e *Env) error {
	query, err := e.selection(c, c.Filter.Repository)
	if err != nil {
		return err
	}
	query.Set("format", strings.ToUpper(c.Format))
	client, err := e.connect()
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(e.Context, http.MethodGet, strings.TrimRight(client.Base, "/")+"/api/v1/logEntries:export?"+query.Encode(), nil)
	if err != nil {
		return fmt.Errorf("export log entries: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+client.Token)
	return e.download(client.HTTP, request, c.File)
}

// download writes the answer to a file, which appears when it is complete.
func (e *Env) download(client *http.Client, request *http.Request, path string) error {
	response, err := client.Do(request)
	if err != nil {
		return apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable, "The site does not answer, so nothing was written.").Wrap(err)
	}
	defer func() { _ = response.Body.Close() }() // it was read to its end or is not wanted
	if response.StatusCode != http.StatusOK {
		text, err := io.ReadAll(io.LimitReader(response.Body, maxRefusal))
		return errors.Join(refusal(response.StatusCode, text), err)
	}
	if path == "-" {
		_, err := io.Copy(e.Out, response.Body)
		return cutOff(err)
	}
	return writeFile(path, response.Body)
}

// maxRefusal bounds what is read of an answer that is not wanted.
const maxRefusal = 64 << 10

func refusal(code int, text []byte) error {
	return fmt.Errorf("the site answered HTTP %d: %s", code, shorten(clean(strings.TrimSpace(string(text))), 500))
}

func cutOff(err error) error {
	if err != nil {
		return fmt.Errorf("the answer broke off, what was written is not complete: %w", err)
	}
	return nil
}

// writeFile writes beside the file first, so that nobody takes a piece for the whole.
func writeFile(path string, body io.Reader) error {
	part := path + ".part"
	file, err := os.Create(part) //nolint:gosec // whoever gives the command names the file
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = io.Copy(file, body)
	if err = errors.Join(cutOff(err), file.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return os.Rename(part, path)
}

type logPurge struct {
	Before     string `required:"" help:"Remove entries before this time, such as 2026-01-01 or -2160h." placeholder:"TIME"`
	Repository string `help:"Only those about this repository." placeholder:"NAME"`
	Yes        bool   `short:"y" help:"Do not ask."`
}

// Run removes entries.
func (c *logPurge) Run(e *Env) error {
	before, err := timeOf(c.Before, clock())
	if err != nil {
		return &outcome{code: exitUsage, err: err}
	}
	request, answer := &auditv1.PurgeLogEntriesRequest{BeforeTime: timestamppb.New(before)}, &auditv1.PurgeLogEntriesResponse{}
	if c.Repository != "" {
		repository, err := e.repository(c.Repository)
		if err != nil {
			return err
		}
		request.RepositoryId = repository.GetId()
	}
	if err := e.confirm(c.Yes, fmt.Sprintf("Remove all log entries before %s for good?", messageText(request.GetBeforeTime()))); err != nil {
		return err
	}
	if err := e.call("POST", "/logEntries:purge", request, answer); err != nil {
		return err
	}
	e.say("%d entries were removed.", answer.GetPurgedCount())
	return nil
}
