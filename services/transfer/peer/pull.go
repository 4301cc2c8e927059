package peer

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

const (
	opPull     = "pull"
	opPush     = "push"
	opRegister = "register"
	opFetch    = "fetch"
	opTest     = "test"
)

const syncPath = "/sync/sync.xml"

// PullRequest says what to ask for.
type PullRequest struct {
	Resource  string
	Since     time.Time // msince; zero = everything. Under the update policies THIS and OTHER it is not sent
	Filters   []transfer.Filter
	Cursor    string // opaque, from an earlier answer; empty = from the beginning
	UseCursor bool   // send Cursor; a Sahana Eden ignores it
	Ahead     bool   // what Cursor stands for is not stored yet, only what Seen stands for
	Seen      string
	Brief     bool              // with UseCursor: the hash of what comes along is enough if that has not changed since
	Position  transfer.Position // with UseCursor: of this site, which has stored all of that; zero = it says nothing of it
	Limit     int               // records per page; only an edensync heeds it. 0 = no limit
	Rule      policy.Rule
}

// PullResponse is a document on its way. Close the Body in any case.
type PullResponse struct {
	// Body is the decompressed document. Its errors are *Error (or the cause of the caller's context); io.EOF
	// alone does not prove that the document is complete, only its end tag does.
	Body        io.ReadCloser
	Whole       bool // all of it is here, and nobody waits for the remote any more
	ContentType string
	Date        time.Time     // the remote's clock when it answered; zero = it did not say
	ClockOffset time.Duration // how far the remote's clock is ahead of ours, to the second
	Edensync    bool          // the remote is an edensync
	Version     string        // of its additions to the protocol
	Cursor      string        // where to go on; empty if the remote gave none
	More        bool          // there is more behind Cursor

	body *body
}

// shortAnswer is up to how many bytes on the wire an answer is read at once.
const shortAnswer = 64 << 10

// Bytes is how much of the answer has come over the wire so far, still compressed.
func (p *PullResponse) Bytes() int64 { return p.body.bytes() }

// Pull asks for a document. When it returns, the answer has begun and looks like XML; what follows is read from
// the Body. Connection errors and overload are tried again before that, never after.
func (c *Client) Pull(ctx context.Context, remote Remote, req PullRequest) (*PullResponse, error) {
	call, err := c.pullCall(opPull, &remote, &req)
	if err != nil {
		return nil, err
	}
	return c.pull(ctx, call)
}

func (c *Client) pullCall(op string, remote *Remote, req *PullRequest) (*call, error) {
	base, err := remote.base(op)
	if err != nil {
		return nil, err
	}
	call := &call{
		op: op, remote: remote, method: http.MethodGet, header: http.Header{},
		target: below(base, syncPath, pullQuery(remote.SiteUUID, req)),
		limit:  c.settings.MaxResponseBytes, attempts: c.settings.MaxAttempts,
	}
	if req.UseCursor {
		call.header.Set(headerCursor, req.Cursor)
	}
	if at := req.Position.String(); req.UseCursor && at != "" {
		call.header.Set(headerPosition, at)
	}
	if req.UseCursor && req.Ahead {
		call.header.Set(headerSeen, req.Seen)
	}
	if req.UseCursor && req.Brief {
		call.header.Set(headerBrief, "true")
	}
	return call, nil
}

func (c *Client) pull(ctx context.Context, call *call) (*PullResponse, error) {
	r, err := c.send(ctx, call)
	if err != nil {
		return nil, err
	}
	if err := call.expectXML(r.body); err != nil {
		_ = r.body.Close()
		return nil, err
	}
	whole := 0 <= r.length && r.length <= shortAnswer && r.body.wire.gather(r.length)
	return &PullResponse{
		Body: r.body, body: r.body, Whole: whole, ContentType: r.header.Get("Content-Type"),
		Date: r.date, ClockOffset: r.offset,
		Edensync: r.edensync(), Version: r.header.Get(headerVersion),
		Cursor: r.header.Get(headerCursor), More: r.header.Get(headerMore) == "true",
	}, nil
}
