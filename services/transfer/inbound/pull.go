package inbound

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
)

// pull sends records to the peer.
func (c *call) pull(direct bool) error {
	if err := c.admitPull(direct); err != nil {
		return err
	}
	out, cursor, err := c.exportOf(direct)
	if err != nil {
		return err
	}
	leave, err := c.gate.enter(c.ctx)
	if err != nil {
		return err
	}
	defer leave()
	return c.send(out, cursor)
}

func (c *call) admitPull(direct bool) error {
	if c.repository.ID == "" && !c.site.AnonymousPulls {
		return unregistered()
	}
	if _, ok := c.repository.Task(c.resource); ok {
		return nil
	}
	known, err := c.engine.KnownResource(c.ctx, c.resource)
	switch {
	case err != nil:
		return fmt.Errorf("look for resource %s: %w", c.resource, err)
	case !known && direct:
		return notHere()
	case !known:
		return refuse(http.StatusBadRequest, ActionCheck, apierr.ReasonNotFound,
			"Invalid request: this site has no records of %s and no task for it", c.resource)
	default:
		return nil
	}
}

// exportOf reads what is asked for. The cursor is where the answer's cursor starts from; it counts only with
// ByCursor.
func (c *call) exportOf(direct bool) (transfer.Export, Cursor, error) {
	out := transfer.Export{RepositoryID: c.repository.ID, Resource: c.resource, WithDeleted: true}
	var err error
	if out.Filters, err = c.query.filters(c.resource, direct); err != nil {
		return out, Cursor{}, err
	}
	if _, ok := c.r.Header[HeaderCursor]; ok {
		return c.exportByCursor(out)
	}
	if out.Since, err = c.query.since(); err != nil || !direct {
		return out, Cursor{}, err
	}
	out.WithDeleted = isTrue(c.query.get("include_deleted"))
	if out.Offset, err = c.query.number("start", 0, 0); err != nil {
		return out, Cursor{}, err
	}
	out.Limit, err = c.query.number("limit", 1, 0)
	return out, Cursor{}, err
}

// exportByCursor selects by change number; msince and start mean nothing then. Deletions are changes.
func (c *call) exportByCursor(out transfer.Export) (transfer.Export, Cursor, error) {
	at, err := c.engine.Position(c.ctx)
	if err != nil {
		return out, Cursor{}, fmt.Errorf("ask for the epoch: %w", err)
	}
	here := Cursor{SiteUUID: c.site.UUID, Epoch: at.Epoch}
	out.ByCursor, out.Upto = true, at.Seq
	from, err := c.cursorIn(HeaderCursor, here)
	if err != nil {
		return out, Cursor{}, err
	}
	out.AfterSeq = from.Seq
	if out.Told = from.Told; out.Told == 0 {
		out.Told = -1
	}
	if _, out.Ahead = c.r.Header[HeaderSeen]; out.Ahead {
		seen, err := c.cursorIn(HeaderSeen, here)
		if err != nil {
			return out, Cursor{}, err
		}
		out.SeenSeq = seen.Told
	}
	out.Brief = isTrue(c.r.Header.Get(HeaderBrief))
	if out.Position, err = c.position(); err != nil {
		return out, Cursor{}, err
	}
	out.Cursor = func(seq int64) string {
		at := from
		at.Seq = seq
		return at.String()
	}
	out.Limit, err = c.query.number("limit", 1, 0)
	return out, from, err
}

// cursorIn is the cursor in a header, of the beginning if that is empty.
func (c *call) cursorIn(header string, here Cursor) (Cursor, error) {
	text := c.r.Header.Get(header)
	if text == "" {
		return here, nil
	}
	sent, err := ParseCursor(text)
	if err != nil || sent.SiteUUID != here.SiteUUID || sent.Epoch != here.Epoch {
		return here, cursorGone(err)
	}
	return sent, nil
}

func cursorGone(cause error) *refusal {
	r := refuse(http.StatusGone, ActionParse, apierr.ReasonStale,
		"this cursor belongs to another site or to a record store that was replaced; start again without one")
	r.cause = cause
	return r
}

func isTrue(text string) bool {
	return strings.EqualFold(text, "true") || text == "1"
}

// send lets the engine write the document. Once the first bytes are on their way a failure can only be shown by
// cutting the connection.
func (c *call) send(out transfer.Export, cursor Cursor) error {
	c.exchanging = true
	doc := newStream(c.w, negotiate(c.r.Header))
	var found *Selected
	err := c.engine.Export(c.ctx, out, func(s Selected) io.Writer {
		found = &s
		if out.ByCursor {
			cursor.Seq = s.UpTo
			if !s.More {
				cursor.Told = s.UpTo
			}
			doc.header.Set(HeaderCursor, cursor.String())
			doc.header.Set(HeaderMore, strconv.FormatBool(s.More))
		}
		return doc
	})
	if err == nil && found == nil {
		err = errors.New("the export ended without a document")
	}
	if err == nil {
		err = doc.finish()
	}
	if err != nil {
		return c.sendFailed(doc, err)
	}
	e := c.entry(ActionSend, ResultSuccess)
	e.Message, e.BytesSent = fmt.Sprintf("Data sent to peer (%d records)", found.Results), doc.sent
	e.Counts.Sent = found.Results
	c.exchanged(e)
	return nil
}

// sendFailed leaves the answer to fail as long as nothing has been sent.
func (c *call) sendFailed(doc *stream, err error) error {
	err = fmt.Errorf("export %s to repository %q: %w", c.resource, c.repository.ID, err)
	r := *refusalOf(err)
	r.action = ActionSend
	if !doc.started {
		return &r
	}
	e := c.entry(ActionSend, ResultError)
	e.Message, e.Reason, e.BytesSent, e.Cause = r.message, r.reason, doc.sent, err
	if doc.broken || c.ctx.Err() != nil {
		e.RemoteError, e.Reason = true, apierr.ReasonCancelled
		e.Message = "the peer ended the connection before all data were sent; it will ask again"
	}
	c.write(e)
	panic(http.ErrAbortHandler)
}
