package peertest

import (
	"net/http"
	"strconv"
	"time"
)

// Fault makes an answer go wrong. Write your own, or take one of the functions below.
type Fault func(x *Exchange)

// Exchange is one request on its way to its answer.
type Exchange struct {
	Request *http.Request
	Writer  http.ResponseWriter
	eden    *Eden
	proper  func() answer
}

// script is a fault that waits for requests.
type script struct {
	op    Op
	left  int // -1 = for ever
	fault Fault
}

// Once applies a fault to the next request of a kind; several queue up.
func (e *Eden) Once(op Op, f Fault) *Eden { return e.Times(1, op, f) }

// Times applies a fault to the next n requests of a kind.
func (e *Eden) Times(n int, op Op, f Fault) *Eden {
	return e.set(func() { e.scripts = append(e.scripts, &script{op, n, f}) })
}

// Always applies a fault to all requests of a kind from now on.
func (e *Eden) Always(op Op, f Fault) *Eden { return e.Times(-1, op, f) }

// Heal forgets all faults.
func (e *Eden) Heal() *Eden { return e.set(func() { e.scripts = nil }) }

// scripted takes the fault that is due for a request, or nil.
func (e *Eden) scripted(op Op) Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, s := range e.scripts {
		if s.left == 0 || s.op != Any && s.op != op {
			continue
		}
		if s.left > 0 {
			s.left--
		}
		return s.fault
	}
	return nil
}

// Answer answers with a status and a body and does nothing else. header holds names and values in turn.
func Answer(status int, contentType, body string, header ...string) Fault {
	return func(x *Exchange) {
		a := answer{status: status, contentType: contentType, body: []byte(body), header: http.Header{}}
		for i := 0; i+1 < len(header); i += 2 {
			a.header.Add(header[i], header[i+1])
		}
		x.deliver(a, len(a.body))
	}
}

// Ticket is the page of an Eden that fails on a request.
func Ticket() Fault {
	a := ticket()
	return Answer(a.status, a.contentType, string(a.body))
}

// Redirect sends the client elsewhere.
func Redirect(status int, location string) Fault {
	return Answer(status, "text/html", "You are being redirected", "Location", location)
}

// HangUp closes the connection without an answer.
func HangUp() Fault {
	return func(*Exchange) { panic(http.ErrAbortHandler) }
}

// HangUpAfterwards does what the request asks and closes the connection without an answer.
func HangUpAfterwards() Fault {
	return func(x *Exchange) {
		x.proper()
		panic(http.ErrAbortHandler)
	}
}

// Cut gives the proper answer and closes the connection after n bytes of its body.
func Cut(n int) Fault {
	return func(x *Exchange) {
		x.deliver(x.proper(), n)
		panic(http.ErrAbortHandler)
	}
}

// Stall gives n bytes of the proper answer and then nothing more until the client goes away. With a negative n
// not even the head comes.
func Stall(n int) Fault {
	return func(x *Exchange) {
		if n >= 0 {
			x.deliver(x.proper(), n)
		}
		x.wait(-1)
	}
}

// Slow waits before the proper answer. Use it in memory with virtual time.
func Slow(d time.Duration) Fault {
	return func(x *Exchange) {
		a := x.proper()
		x.wait(d)
		x.deliver(a, len(a.body))
	}
}

// Drip gives the proper answer in pieces of n bytes with a pause before each. Use it in memory with virtual time.
func Drip(n int, pause time.Duration) Fault {
	return func(x *Exchange) {
		a := x.proper()
		x.deliver(a, 0)
		for body := a.body; len(body) > 0; {
			x.wait(pause)
			piece := body[:min(n, len(body))]
			body = body[len(piece):]
			x.write(piece)
		}
	}
}

// Refused answers with a status and Eden's JSON message.
func Refused(status int, message string) Fault {
	a := failed(status, message)
	return Answer(a.status, a.contentType, string(a.body))
}

// Busy answers 503 and asks the client to stay away for some seconds.
func Busy(seconds int) Fault {
	return Answer(http.StatusServiceUnavailable, "text/plain", "Service overloaded", "Retry-After", strconv.Itoa(seconds))
}

// wait lets time pass until d is over (negative = never), the client goes away or the test ends.
func (x *Exchange) wait(d time.Duration) {
	var over <-chan time.Time
	if d >= 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
	case <-x.Request.Context().Done():
	case <-x.eden.done:
	}
}

// deliver sends the head of an answer and the first n bytes of its body.
func (x *Exchange) deliver(a answer, n int) {
	x.eden.remember(x.Request, a.status)
	head := x.Writer.Header()
	head.Set("Date", x.eden.date())
	for name, values := range a.header {
		head[name] = values
	}
	head.Set("Content-Type", a.contentType)
	head.Set("Content-Length", strconv.Itoa(len(a.body)))
	x.Writer.WriteHeader(a.status)
	if x.Request.Method != http.MethodHead {
		x.write(a.body[:min(n, len(a.body))])
	}
}

// write sends bytes at once; a client that is gone is no concern of the fake.
func (x *Exchange) write(b []byte) {
	_, _ = x.Writer.Write(b)
	_ = http.NewResponseController(x.Writer).Flush()
}
