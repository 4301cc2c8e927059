package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/alecthomas/kong"
	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/cmd/edensync/internal/api"
	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/redact"
)

// Env is what a command has to work with.
type Env struct {
	Context context.Context
	Streams
	model  *kong.Application
	remote Remote
	client *api.Client
	names  map[string]string // repository id → name, once they were asked for
}

// Exit statuses.
const (
	exitDone     = 0
	exitFailed   = 1 // the command could not be carried out
	exitUsage    = 2 // the command line makes no sense
	exitWarnings = 3 // done, with warnings or conflicts
	exitRetry    = 4 // failed, and will be tried again
	exitNeedsYou = 5 // failed, and somebody must change something
)

// outcome ends a command with a status. err may be nil if everything was said already.
type outcome struct {
	code int
	err  error
}

// Error is the text of the cause.
func (o *outcome) Error() string {
	if o.err == nil {
		return fmt.Sprintf("exit status %d", o.code)
	}
	return o.err.Error()
}

// Unwrap gives the cause.
func (o *outcome) Unwrap() error { return o.err }

// fail tells what went wrong and returns the exit status.
func (e *Env) fail(err error) int {
	if err == nil {
		return exitDone
	}
	code := exitFailed
	if o, ok := errors.AsType[*outcome](err); ok {
		code, err = o.code, o.err
	}
	if err != nil {
		// Where standard error is closed there is nobody to tell.
		_, _ = fmt.Fprintln(e.Err, "edensync: "+redact.Text(explain(err)))
	}
	return code
}

// explain is an error for people: what the site said, or else the whole chain.
func explain(err error) string {
	public, ok := apierr.As(err)
	if !ok {
		return err.Error()
	}
	text := public.Message
	if id := public.Metadata["requestId"]; id != "" {
		text += " The log of the site tells more about request " + id + "."
	}
	if cause := public.Unwrap(); cause != nil && public.Kind == apierr.KindUnavailable {
		text += " (" + cause.Error() + ")"
	}
	return text + " [" + string(public.Reason) + "]"
}

// say writes a line for people. Machines that read JSON are not disturbed.
func (e *Env) say(format string, args ...any) {
	if e.remote.Output == "json" {
		return
	}
	e.line(format, args...)
}

// line writes a line. What cannot be written any more, because a pipe was closed, is not missed.
func (e *Env) line(format string, args ...any) {
	_, _ = fmt.Fprintf(e.Out, format+"\n", args...)
}

// call makes one call of the site.
func (e *Env) call(method, path string, in, out proto.Message) error {
	client, err := e.connect()
	if err != nil {
		return err
	}
	return client.Call(e.Context, method, path, in, out)
}

// connect finds the site, once.
func (e *Env) connect() (*api.Client, error) {
	if e.client != nil {
		return e.client, nil
	}
	client, err := e.remote.client()
	e.client = client
	return client, err
}

// confirm asks before something is lost for good. Without a person to ask, it must have been said beforehand.
func (e *Env) confirm(yes bool, question string) error {
	if yes {
		return nil
	}
	if !e.Interactive {
		return &outcome{code: exitUsage, err: errors.New(question + " Nobody can be asked here; say --yes.")}
	}
	_, _ = fmt.Fprint(e.Err, question+" [y/N] ")
	answer, err := bufio.NewReader(e.In).ReadString('\n')
	if err != nil || !strings.EqualFold(strings.TrimSpace(answer), "y") {
		return &outcome{code: exitFailed, err: errors.New("nothing was done")}
	}
	return nil
}

// pause waits, unless the command is interrupted.
func (e *Env) pause(d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-e.Context.Done():
		return e.Context.Err()
	case <-timer.C:
		return nil
	}
}
