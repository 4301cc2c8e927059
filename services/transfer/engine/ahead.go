package engine

import (
	"context"
	"errors"
	"io"
)

// ahead is a page that was asked for before the one in front of it was stored: the remote site looks for it and begins
// to write while this site's database is still at work. The remote is told what is stored really, so that it
// never takes a record for seen that a crash may still lose.
type ahead struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when answer and err are there
	answer *PullAnswer
	err    error
}

// next is the page that was asked for ahead, or else one that is asked for now. What went wrong ahead is asked again:
// that meets the same fault, or does not.
func (p *pulling) next(ctx context.Context) (*PullAnswer, error) {
	a := p.coming
	if a == nil {
		return p.ask(ctx)
	}
	p.coming = nil
	<-a.done
	if a.err != nil {
		a.cancel()
		return p.ask(ctx)
	}
	a.answer.Body = &page{ReadCloser: a.answer.Body, closed: a.cancel}
	return a.answer, nil
}

// drop gives up a page that nobody will read.
func (a *ahead) drop() {
	if a == nil {
		return
	}
	a.cancel()
	<-a.done
	if a.err == nil {
		_ = a.answer.Body.Close() // nothing of it was wanted
	}
}

// askAhead is the body of an answer at whose end the next page is asked for. By then the remote is done with this one,
// and this site has all but the last batches of it.
func (p *pulling) askAhead(ctx context.Context, answer *PullAnswer) io.Reader {
	if !answer.Edensync || !answer.More {
		return answer.Body
	}
	req := PullRequest{Task: p.task, Cursor: answer.Cursor, Ahead: true, Seen: p.cursor.PullToken}
	return &page{ReadCloser: answer.Body, ended: func() { p.coming = p.start(ctx, req) }}
}

func (p *pulling) start(ctx context.Context, req PullRequest) *ahead {
	ctx, cancel := context.WithCancel(ctx)
	a := &ahead{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(a.done)
		a.answer, a.err = p.remote.Pull(ctx, p.repo, req)
	}()
	return a
}

// page is a body that tells when it was read to its end, and when it was closed.
type page struct {
	io.ReadCloser
	ended, closed func()
}

// Read passes on what the body has.
func (p *page) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if errors.Is(err, io.EOF) && p.ended != nil {
		p.ended()
		p.ended = nil
	}
	return n, err
}

// Close closes the body.
func (p *page) Close() error {
	err := p.ReadCloser.Close()
	if p.closed != nil {
		p.closed()
	}
	return err
}
