package engine_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

var errCut = &transfer.RemoteError{Reason: "PEER_UNAVAILABLE", Remote: true, Retry: true, Message: "Peer repository unavailable (cut)"}

// How a connection breaks.
const (
	noAnswer    = "no answer to a pull"
	halfPull    = "half of the document"
	halfPush    = "half of the pushed document"
	unconfirmed = "no answer to a push"                   // the other site has stored what this one believes lost
	delayed     = "a pushed document on its way for long" // it comes, if ever, behind those that are sent after it
)

// link is the way of a site to another one with which it synchronizes.
type link struct {
	*direct
	world *world
	node  *node
	cut   string // how it breaks the next time; empty = it holds
	busy  bool
}

// links are the ways of a site to others, by their names.
type links map[string]*link

func (l links) Pull(ctx context.Context, repo transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	return l[repo.ID].Pull(ctx, repo, q)
}

func (l links) Push(ctx context.Context, repo transfer.Repository, q engine.PushRequest) (*engine.PushAnswer, error) {
	return l[repo.ID].Push(ctx, repo, q)
}

// meanwhile lets something happen while a document is on its way.
func (w *world) meanwhile() {
	if w.still {
		return
	}
	defer func() { w.panicked = cmp.Or(w.panicked, recover()) }() // a pull asks in a goroutine of its own, where nobody would catch it
	idle := slices.DeleteFunc(slices.Clone(w.links), func(l *link) bool { return l.busy })
	switch rapid.SampledFrom([]string{"nothing", "nothing", "nothing", "act", "sync"}).Draw(w.r, "meanwhile") {
	case "act":
		w.act(w.anyOf(w.nodes, "site"))
	case "sync":
		if len(idle) > 0 {
			w.synchronize(w.oneOf(idle))
		}
	}
}

// delivery is a document that was pushed once and may come again.
type delivery struct {
	link *link
	req  engine.PushRequest
}

func (l *link) Pull(ctx context.Context, repo transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	if l.cut == noAnswer {
		return nil, errCut
	}
	answer, err := l.direct.Pull(ctx, repo, q)
	if err != nil {
		return nil, errCut // the other site died
	}
	l.world.meanwhile()
	if l.cut == halfPull {
		doc, err := io.ReadAll(answer.Body)
		if err != nil {
			return nil, err
		}
		half := doc[:rapid.IntRange(0, len(doc)-1).Draw(l.world.r, "cut at")]
		answer.Body = io.NopCloser(io.MultiReader(bytes.NewReader(half), broken{}))
	}
	return answer, nil
}

// broken is where a connection broke off.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errCut }

func (l *link) Push(ctx context.Context, repo transfer.Repository, q engine.PushRequest) (*engine.PushAnswer, error) {
	if l.cut == halfPush {
		q.Body = q.Body[:rapid.IntRange(0, len(q.Body)-1).Draw(l.world.r, "cut at")]
	} else {
		l.world.sent = append(l.world.sent, delivery{l, q})
	}
	if l.cut == delayed {
		return nil, errCut
	}
	l.world.meanwhile()
	answer, err := l.direct.Push(ctx, repo, q)
	if apierr.ReasonOf(err) == apierr.ReasonPushOutdated {
		return nil, &transfer.RemoteError{Reason: "PEER_REFUSED", Remote: true, Status: http.StatusConflict, Message: err.Error()}
	}
	var refused *transfer.RemoteError
	if errors.As(err, &refused) {
		return nil, refused
	}
	if err != nil || l.cut == unconfirmed || l.cut == halfPush {
		return nil, errCut
	}
	return answer, nil
}

// again delivers a document that was pushed earlier, for the first time or once more, as the same request or as another
// one. Others may have come in between.
func (w *world) again() {
	if len(w.sent) == 0 {
		return
	}
	d := rapid.SampledFrom(w.sent).Draw(w.r, "document")
	if rapid.Bool().Draw(w.r, "as another request") {
		d.req.Key += "-again"
	}
	_, _ = d.link.direct.Push(d.link.node.t.Context(), transfer.Repository{}, d.req) // whoever sent it has gone
	w.revive()
}

// file imports a document by hand.
func (n *node) file(doc string) error {
	_, err := n.Import(n.t.Context(), transfer.Import{Resource: "org_organisation", Rule: newer, Complete: true, RequestID: n.id()}, strings.NewReader(doc))
	return err
}
