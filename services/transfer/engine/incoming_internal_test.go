package engine

import (
	"context"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/edensync/edensync/s3xml"
)

// ReadRows makes rows of a document as an import does, without a store, and returns how many. In outline, as of a document that is
// here already.
func ReadRows(ctx context.Context, document io.Reader, outline bool) (int, error) {
	dec := s3xml.NewDecoder(document, s3xml.Limits{})
	doc, err := dec.Document()
	if err != nil {
		return 0, err
	}
	read := &reader{domain: doc.Attr("domain"), document: uuid.New(), now: time.Now(), repoID: "peer", batch: 1000}
	j := &job{e: &Engine{now: time.Now}, spare: make(chan *batch, batchesAtWork)}
	j.repeated.Store(outline)
	batches, n := make(chan *batch), 0
	done := make(chan struct{})
	go func() {
		defer close(done)
		for b := range batches {
			n += len(b.rows)
			j.done(b)
		}
	}()
	err = j.decode(ctx, dec, read, batches)
	close(batches)
	<-done
	return n, err
}
