package peer

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// PushRequest is a document to deliver.
type PushRequest struct {
	Resource       string
	Rule           policy.Rule       // as configured here; the remote inverts THIS and OTHER itself
	Since          time.Time         // msince; zero = none. Under the update policies THIS and OTHER it is not sent
	Body           []byte            // a complete S3XML document; it may be sent several times
	Records        int               // masters in it; for the log
	IdempotencyKey string            // the same for each repetition of this document; empty = none
	Position       transfer.Position // of this site when it wrote the document; zero = it says nothing of it
	Brief          bool              // the document tells some records by their hashes
	Compress       bool              // send zstd; only done when the remote is known to be an edensync
}

// Outcome is what an edensync says became of one record.
type Outcome struct {
	Resource string `json:"resource"`
	UID      string `json:"uid"`
	Outcome  string `json:"outcome"`
	Reason   string `json:"reason,omitempty"`
	Message  string `json:"message,omitempty"`
}

// PushAnswer is an accepted push. Accepted does not mean applied: a real Eden lists records as updated that its
// policy kept.
type PushAnswer struct {
	Status                    string // "success"
	Message                   string
	Records                   int64 // records of the resource without errors, as the remote counts
	Created, Updated, Deleted int
	Rejected                  []Rejected
	Outcomes                  []Outcome         // from an edensync
	Counts                    *transfer.Counts  // from an edensync; nil = it gave none
	Position                  transfer.Position // of an edensync, which has stored what it took; zero = it says nothing of it
	Date                      time.Time         // the remote's clock; zero = it did not say
	ClockOffset               time.Duration     // how far it is ahead of ours, to the second
	Edensync                  bool
	Version                   string
	Bytes                     int64 // of the document on the wire, after compression
}

// Push delivers a document. It may be sent again after connection errors and overload: delivering twice changes
// nothing at the remote.
func (c *Client) Push(ctx context.Context, remote Remote, req PushRequest) (*PushAnswer, error) {
	call, err := c.pushCall(opPush, &remote, &req)
	if err != nil {
		return nil, err
	}
	c.log.DebugContext(ctx, "pushing", "repositoryId", remote.RepositoryID, "resource", req.Resource, "records", req.Records)
	return c.push(ctx, call)
}

func (c *Client) push(ctx context.Context, call *call) (*PushAnswer, error) {
	r, err := c.send(ctx, call)
	if err != nil {
		return nil, err
	}
	e, err := call.envelope(r)
	if err != nil {
		return nil, err
	}
	return &PushAnswer{
		Status: e.Status, Message: call.remote.clean(e.Message), Records: e.Records, Position: e.Position,
		Created: e.Created, Updated: e.Updated, Deleted: e.Deleted,
		Rejected: call.remote.rejectedIn(e.Tree, e.Message), Outcomes: call.remote.cleaned(e.Outcomes), Counts: e.Counts,
		Date: r.date, ClockOffset: r.offset, Edensync: r.edensync(), Version: r.header.Get(headerVersion),
		Bytes: int64(len(call.body)),
	}, nil
}

// cleaned makes the words of outcomes fit for people, as those of rejects are.
func (r *Remote) cleaned(outcomes []Outcome) []Outcome {
	for i := range outcomes {
		outcomes[i].Message = r.clean(outcomes[i].Message)
	}
	return outcomes
}

func (c *Client) pushCall(op string, remote *Remote, req *PushRequest) (*call, error) {
	base, err := remote.base(op)
	if err != nil {
		return nil, err
	}
	call := &call{
		op: op, remote: remote, method: http.MethodPost, body: req.Body,
		target: below(base, syncPath, pushQuery(remote.SiteUUID, req)),
		header: http.Header{
			"Content-Type": {"text/xml"},
			// EDEN: without a file name web2py on Python 3 fails on any text/xml body (docs/s3xml.md, sending).
			"Content-Disposition": {`attachment; filename="sync.xml"`},
		},
		limit: c.settings.MaxAnswerBytes, attempts: c.settings.MaxAttempts,
	}
	if req.IdempotencyKey != "" {
		call.header.Set(headerIdempotency, req.IdempotencyKey)
	}
	if at := req.Position.String(); at != "" {
		call.header.Set(headerPosition, at)
	}
	if req.Brief {
		call.header.Set(headerBrief, "true")
	}
	if req.Compress && remote.Edensync {
		call.compress()
	}
	return call, nil
}

// encoders are large; requests take turns with them.
var encoders = sync.Pool{New: func() any {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(transfer.CompressionWindow))
	if err != nil {
		panic("zstd: " + err.Error()) // the options are constants
	}
	return z
}}

func (call *call) compress() {
	z, ok := encoders.Get().(*zstd.Encoder)
	if !ok {
		panic("something else is in the pool of encoders")
	}
	defer encoders.Put(z)
	call.body = z.EncodeAll(call.body, nil)
	call.header.Set("Content-Encoding", "zstd")
}

// envelope reads the JSON answer to a POST, whatever its content type says. Status "failed" is a refusal although
// HTTP says 200.
func (call *call) envelope(r *reply) (*envelope, error) {
	defer func() { _ = r.body.Close() }()
	text, err := io.ReadAll(r.body)
	if err != nil {
		return nil, err
	}
	var e envelope
	if !looksLikeJSON(text) || json.Unmarshal(text, &e) != nil || e.Status == "" {
		return nil, newError(call.op, ReasonBadAnswer, "The remote site did not confirm: %s", call.remote.words(text[:min(len(text), maxErrorBody)], 0))
	}
	if e.Status != "success" {
		return &e, newError(call.op, ReasonRefused, "%s", call.remote.words(text, 0))
	}
	return &e, nil
}
