package service

import (
	"context"
	"errors"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/grpcapi"
	"github.com/edensync/edensync/services/transfer/peer"
)

// remotes lets the engine and the API speak with remote sites.
type remotes struct {
	client    *peer.Client
	directory *directory
	audit     func(ctx context.Context, e transfer.LogEntry)
	now       func() time.Time
}

var (
	_ engine.Remote   = (*remotes)(nil)
	_ grpcapi.Remotes = (*remotes)(nil)
)

// remote is the other end of a conversation in which this site is called as ask says: by a name that may be some seconds
// old where the name does not matter.
func (r *remotes) remote(ctx context.Context, repo transfer.Repository, ask func(context.Context) (transfer.Site, error)) (peer.Remote, error) {
	site, err := ask(ctx)
	if err != nil {
		return peer.Remote{}, err
	}
	return peer.Remote{
		RepositoryID: repo.ID, UUID: repo.UUID, BaseURL: repo.URL, Username: repo.Username, Password: repo.Password,
		Proxy: repo.Proxy, CACertificates: repo.CACertificates,
		SiteUUID: site.UUID, SiteName: site.Name,
	}, nil
}

// Pull asks for the changed records of a resource.
func (r *remotes) Pull(ctx context.Context, repo transfer.Repository, req engine.PullRequest) (*engine.PullAnswer, error) {
	remote, err := r.remote(ctx, repo, r.directory.Site)
	if err != nil {
		return nil, err
	}
	answer, err := r.client.Pull(ctx, remote, peer.PullRequest{
		Resource: req.Task.Resource, Since: req.Since, Filters: req.Task.Filters, Cursor: req.Cursor, UseCursor: true, Rule: req.Task.Rule,
		Ahead: req.Ahead, Seen: req.Seen, Brief: req.Brief, Position: req.Position,
	})
	if err != nil {
		return nil, remoteError(err)
	}
	return &engine.PullAnswer{
		Body: body{answer.Body}, Whole: answer.Whole, Bytes: answer.Bytes, Date: answer.Date, ClockOffset: answer.ClockOffset,
		Edensync: answer.Edensync, Cursor: answer.Cursor, More: answer.More,
	}, nil
}

// Push sends a document.
func (r *remotes) Push(ctx context.Context, repo transfer.Repository, req engine.PushRequest) (*engine.PushAnswer, error) {
	remote, err := r.remote(ctx, repo, r.directory.Site)
	if err != nil {
		return nil, err
	}
	remote.Edensync = req.Edensync
	a, err := r.client.Push(ctx, remote, peer.PushRequest{
		Resource: req.Task.Resource, Rule: req.Task.Rule, Body: req.Body, Records: req.Records,
		IdempotencyKey: req.Key, Position: req.Position, Compress: req.Edensync, Brief: req.Brief,
	})
	if err != nil {
		return nil, remoteError(err)
	}
	out := &engine.PushAnswer{
		Message: a.Message, Position: a.Position, Records: a.Records, Created: a.Created, Updated: a.Updated, Deleted: a.Deleted,
		Counts: a.Counts, Bytes: a.Bytes, Edensync: a.Edensync,
	}
	for _, rej := range a.Rejected {
		out.Rejected = append(out.Rejected, engine.Refusal{Key: transfer.Key{Resource: rej.Resource, UID: rej.UID}, Message: rej.Words()})
	}
	for _, o := range a.Outcomes {
		out.Outcomes = append(out.Outcomes, engine.Refusal{
			Key: transfer.Key{Resource: o.Resource, UID: o.UID}, Outcome: o.Outcome, Reason: o.Reason, Message: o.Message,
		})
	}
	return out, nil
}

// remoteError translates what peer reports into what the engine understands.
func remoteError(err error) error {
	var e *peer.Error
	if !errors.As(err, &e) {
		return err
	}
	return &transfer.RemoteError{
		Reason: e.Reason, Status: e.Status, Remote: e.Remote, Retry: e.Retry, RetryAfter: e.RetryAfter,
		Message: e.Message, Fix: e.Fix, Err: err,
	}
}

// register sends one registration and writes its log entry. What the remote or the way to it did is in the answer.
func (r *remotes) register(ctx context.Context, repo transfer.Repository) (grpcapi.Registration, error) {
	remote, err := r.remote(ctx, repo, r.directory.FreshSite)
	if err != nil {
		return grpcapi.Registration{}, err
	}
	started := r.now()
	answer, err := r.client.Register(ctx, remote)
	entry := transfer.LogEntry{
		Time: r.now(), Repository: repo.ID, RepoName: repo.Name, Mode: "push", Transmission: "outgoing",
		Action: "request registration", Result: "success", Message: answer.Message, Duration: r.now().Sub(started),
	}
	done := grpcapi.Registration{OK: err == nil && answer.OK, Message: answer.Message, RemoteUUID: answer.Sender}
	var fault *peer.Error
	switch {
	case errors.As(err, &fault):
		done.Message, done.Reason = explainFault(fault), fault.Reason
		entry.Message, entry.Reason, entry.RemoteError = fault.Message, fault.Reason, fault.Remote
		entry.Result = resultOf(fault)
	case err != nil:
		return done, err
	}
	r.audit(ctx, entry)
	return done, nil
}

// resultOf is the guide's word: an error may go away by itself, a fatal one needs somebody.
func resultOf(fault *peer.Error) string {
	if fault.Retry {
		return "error"
	}
	return "fatal"
}

func explainFault(fault *peer.Error) string {
	return (&transfer.RemoteError{Message: fault.Message, Fix: fault.Fix}).Advice()
}

// Register registers this site at the remote one, now, and tells config what came out.
func (r *remotes) Register(ctx context.Context, repo transfer.Repository) (grpcapi.Registration, error) {
	done, err := r.register(ctx, repo)
	if err != nil {
		return done, err
	}
	return done, r.directory.reportRegistration(ctx, repo.ID, 0, done)
}

// stepNames maps the steps of peer to those of the contract.
var stepNames = map[string]string{
	peer.StepName: "NAME", peer.StepConnect: "PORT", peer.StepProxy: "PROXY", peer.StepTLS: "TLS", peer.StepSignIn: "SIGN_IN",
	peer.StepUUID: "UUID", peer.StepClock: "CLOCK", peer.StepVersion: "VERSION", peer.StepPull: "PULL", peer.StepPush: "PUSH",
}

// Test tries the way to a remote site step by step.
func (r *remotes) Test(ctx context.Context, repo transfer.Repository, resource string, watch func(grpcapi.Report)) error {
	remote, err := r.remote(ctx, repo, r.directory.FreshSite)
	if err != nil {
		return err
	}
	site, err := r.directory.Site(ctx)
	if err != nil {
		return err
	}
	remote.DefaultProxy = site.Proxy
	r.client.Test(ctx, remote, peer.CheckOptions{
		Resource: resource, MaxClockOffset: site.MaxClockOffset, Watch: func(c peer.Checkup) { watch(reportOf(c)) },
	})
	return nil
}

func reportOf(c peer.Checkup) grpcapi.Report {
	report := grpcapi.Report{RemoteUUID: c.Sender, ClockOffset: c.ClockOffset, Measured: c.Measured, Version: c.Version, Done: c.Done}
	for _, s := range c.Steps {
		report.Steps = append(report.Steps, grpcapi.Step{
			Name: stepNames[s.Name], State: string(s.State), Message: s.Message, Fix: s.Fix, Reason: s.Reason, Took: s.Took,
		})
	}
	return report
}

// body gives read errors of a document the type that the engine understands.
type body struct {
	inner interface {
		Read(p []byte) (int, error)
		Close() error
	}
}

// Read reads the document.
func (b body) Read(p []byte) (int, error) {
	n, err := b.inner.Read(p)
	return n, remoteError(err)
}

// Close ends the answer.
func (b body) Close() error { return b.inner.Close() }
