package engine

import (
	"context"
	"errors"
	"io"
	"time"
)

// ahead is a page that is being asked for, mostly before the one in front of it was stored: the remote site looks for it and
// begins to write while this site's database is still at work. The remote is told what is stored really, so that it
// never takes a record for seen that a crash may still lose.
type ahead struct {
	cancel context.CancelFunc
	done   chan struct{} // closed when all of what follows is there
	asked  moment
	answer *PullAnswer
	err    error
}

// next is the page that was asked for ahead, or else one that is asked for now. What went wrong ahead is asked again:
// that meets the same fault, or does not.
func (p *pulling) next(ctx context.Context) (*PullAnswer, moment, error) {
	a := p.coming
	if a == nil {
		return p.ask(ctx)
	}
	p.coming = nil
	answer, asked, err := a.take()
	if err != nil {
		return p.ask(ctx)
	}
	// What the page before brought was stored after the question, and is none of this document.
	if asked.at.Seq, err = p.store.Clock(ctx); err != nil {
		return nil, moment{}, errors.Join(err, answer.Body.Close())
	}
	return answer, asked, nil
}

// take waits for the answer. The request ends when its body is closed.
func (a *ahead) take() (*PullAnswer, moment, error) {
	if <-a.done; a.err != nil {
		a.cancel()
		return nil, moment{}, a.err
	}
	a.answer.Body = &page{ReadCloser: a.answer.Body, closed: a.cancel}
	return a.answer, a.asked, nil
}

// patience is how long a run waits for an answer before people see in which part it does. Most have nothing new, or little: their
// documents come at once, and then the part is written with what they bring, or when it has ended.
const patience = 100 * time.Millisecond

// await waits for the answer to a question.
func (p *pulling) await(ctx context.Context, a *ahead) (*PullAnswer, moment, error) {
	timer := time.NewTimer(p.patience)
	defer timer.Stop()
	late := false
	select {
	case <-a.done:
	case <-timer.C:
		late = true
	}
	if late || a.err == nil && !a.answer.Whole {
		if err := p.settle(ctx); err != nil {
			a.drop()
			return nil, moment{}, err
		}
	}
	return a.take()
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
	req := PullRequest{Task: p.task, Cursor: answer.Cursor, Ahead: true, Seen: p.cursor.PullToken, Brief: p.brief()}
	return &page{ReadCloser: answer.Body, ended: func() { p.coming = p.start(ctx, req) }}
}

func (p *pulling) start(ctx context.Context, req PullRequest) *ahead {
	ctx, cancel := context.WithCancel(ctx)
	a := &ahead{cancel: cancel, done: make(chan struct{})}
	now := p.began
	p.began = nil
	go func() {
		defer close(a.done)
		if now != nil {
			a.asked = *now
		} else if a.asked, a.err = p.moment(ctx, p.repo.ID, p.task.Resource); a.err != nil {
			return
		}
		req.Position = a.asked.at
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
