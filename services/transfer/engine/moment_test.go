package engine_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// longWay is one on which something happens between the writing of a document and its arrival.
type longWay struct {
	*direct
	meanwhile func()
}

// Push refuses as HTTP does.
func (w *longWay) Push(ctx context.Context, r transfer.Repository, q engine.PushRequest) (*engine.PushAnswer, error) {
	if happens := w.meanwhile; happens != nil {
		w.meanwhile = nil
		happens()
	}
	answer, err := w.direct.Push(ctx, r, q)
	if apierr.ReasonOf(err) == apierr.ReasonPushOutdated {
		return nil, &transfer.RemoteError{Reason: "PEER_REFUSED", Status: http.StatusConflict, Message: err.Error()}
	}
	return answer, err
}

func (w *longWay) Pull(ctx context.Context, r transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	answer, err := w.direct.Pull(ctx, r, q)
	if happens := w.meanwhile; happens != nil {
		w.meanwhile = nil
		happens()
	}
	return answer, err
}

// equals are two sites that begin exchanges with each other.
func equals(t *testing.T, database string, mode transfer.Mode, rule policy.Rule) (hub, field *site) {
	t.Helper()
	hub, field = newSite(t, database, "hub"), newSite(t, database, "field")
	hub.repo("field", mode, rule)
	field.repo("hub", mode, rule)
	return hub, field
}

// Two sites change the same record and pull from each other at the same time. What the field site learns after it has written
// its document is not in that: its version was made without knowing the hub's.
func TestWhatAPeerLearnsAfterItHasWrittenIsNotInItsDocument(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		careful := policy.Rule{Strategy: policy.All, Update: policy.Other, Conflict: policy.This}
		hub, field := equals(t, database, transfer.ModePull, careful)
		way := &longWay{direct: &direct{from: hub, to: field}}
		hub.remote, field.remote = way, &direct{from: field, to: hub}
		field.edit("x", "first")
		hub.sync("field", transfer.Done)
		field.sync("hub", transfer.Done)

		hub.edit("x", "of the hub")
		field.edit("x", "of the field")
		way.meanwhile = func() {
			field.sync("hub", transfer.Done) // gets the hub's version, which is a conflict there
			field.sync("hub", transfer.Done) // and says that it has it
		}
		hub.sync("field", transfer.Done)
		if got := hub.show(); got != "x=of the hub" {
			t.Errorf("the hub has %q", got)
		}
		if n := len(hub.items(transfer.ItemFilter{})); n != 1 {
			t.Errorf("%d conflicts at the hub", n)
		}
	})
}

var taken = policy.Rule{Strategy: policy.All, Update: policy.Other, Conflict: policy.Other}

// Two sites push to each other at the same time. The field site has the hub's version before its own, older one arrives: its
// document is refused, and what it writes then takes the hub's version into account.
func TestPushesThatCross(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		hub, field := equals(t, database, transfer.ModePush, taken)
		way := &longWay{direct: &direct{from: field, to: hub}}
		field.remote, hub.remote = way, &direct{from: hub, to: field}
		field.edit("x", "first")
		hub.edit("h", "h")
		field.sync("hub", transfer.Done)
		hub.sync("field", transfer.Done)

		hub.edit("x", "of the hub")
		field.edit("x", "of the field")
		field.edit("y", "other")
		way.meanwhile = func() { hub.sync("field", transfer.Done) }
		run := field.sync("hub", transfer.Done)
		if h, f := hub.show(), field.show(); h != f || h != "h=h x=of the hub y=other" {
			t.Errorf("the hub has %q, the field %q", h, f)
		}
		if n := len(field.items(transfer.ItemFilter{})); n != 1 {
			t.Errorf("%d conflicts at the field", n)
		}
		if p := run.Parts[0]; p.Expected != p.Handled || p.Counts.Sent != 1 {
			t.Errorf("the push: %+v", p)
		}
	})
}

// A push that was given up arrives after its sender has got the hub's version and said so.
func TestALatePushIsOutdatedByWhatItsSenderHasGotSince(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		hub, field := equals(t, database, transfer.ModeBoth, taken)
		way := &slowWay{direct: &direct{from: field, to: hub}}
		field.remote = way
		field.edit("x", "first")
		field.sync("hub", transfer.Done)
		field.sync("hub", transfer.Done)

		field.edit("x", "of the field")
		way.slow = true
		field.sync("hub", transfer.Failed)
		hub.edit("x", "of the hub")
		field.sync("hub", transfer.Done) // gets it, and has nothing to say
		field.sync("hub", transfer.Done) // says that it has it
		way.arrive(t, apierr.ReasonPushOutdated)
		if h, f := hub.show(), field.show(); h != f || h != "x=of the hub" {
			t.Errorf("the hub has %q, the field %q", h, f)
		}
	})
}

// A remote that takes everything for outdated although nothing has changed here is not asked again and again.
func TestAnOutdatedPushIsWrittenAnewOnlyAfterAChange(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite", "field")
	s.repo("hub", transfer.ModePush, newer)
	asked := 0
	s.remote = &scripted{answer: func(string) (*engine.PushAnswer, error) {
		if asked++; asked <= 2 {
			s.edit("x", fmt.Sprint("edited ", asked))
		}
		return nil, &transfer.RemoteError{Reason: "PEER_REFUSED", Status: http.StatusConflict, Message: "outdated"}
	}}
	s.edit("x", "first")
	s.sync("hub", transfer.NeedsYou)
	if asked != 3 {
		t.Errorf("asked %d times", asked)
	}
}

// However often a push of many documents is overtaken, it comes to its end as long as some of them get through.
func TestAPushThatIsOvertakenAgainAndAgain(t *testing.T) {
	t.Parallel()
	const documents = 22
	s := newSite(t, "sqlite", "field")
	s.repo("eden", transfer.ModePull, newer)
	s.repo("hub", transfer.ModePush, newer)
	var many []string
	for i := range documents * 1000 {
		many = append(many, org(fmt.Sprint("r", i), "name", "2026-01-01T00:00:00"))
	}
	asked := 0
	s.remote = &scripted{docs: []string{document(many...)}, answer: func(string) (*engine.PushAnswer, error) {
		if asked++; asked%2 == 0 {
			return &engine.PushAnswer{Edensync: true}, nil
		}
		s.edit("x", fmt.Sprint("edited ", asked))
		return nil, &transfer.RemoteError{Reason: "PEER_REFUSED", Status: http.StatusConflict, Message: "outdated"}
	}}
	s.sync("eden", transfer.Done)
	run := s.sync("hub", transfer.Done)
	if p := run.Parts[0]; asked < 2*documents || p.Counts.Sent < documents*1000 || p.Expected != p.Handled {
		t.Errorf("asked %d times; %+v", asked, p)
	}
}
