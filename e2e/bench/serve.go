package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// served is what reading everything of a resource came to.
type served struct {
	records      int           // components included
	first, whole time.Duration // from the request to the first byte of the document, and to its end
}

// read pulls everything of a resource as an Eden does: one document, without compression.
func (c *client) read(ctx context.Context, resource string) (got served, err error) {
	address := c.base + "/eden/sync/sync.xml?resource=" + resource + "&repository=" + url.QueryEscape(reader)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return got, err
	}
	request.SetBasicAuth("admin", c.password)
	request.Header.Set("Accept-Encoding", "identity")
	started := now()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return got, err
	}
	defer func() { _ = response.Body.Close() }() // it was read to its end
	counter := &counter{}
	var first [1]byte
	if _, err = io.ReadFull(response.Body, first[:]); err == nil {
		got.first = now().Sub(started)
		_, err = io.Copy(counter, response.Body)
	}
	got.whole, got.records = now().Sub(started), counter.records
	if err == nil && response.StatusCode != http.StatusOK {
		err = errors.New("HTTP " + response.Status)
	}
	if err != nil {
		err = fmt.Errorf("read %s: %w", resource, err)
	}
	return got, err
}

// counter counts the records of a document that is written to it.
type counter struct {
	records int
	rest    []byte // end of what came before, shorter than mark
}

var mark = []byte("<resource ")

func (c *counter) Write(p []byte) (int, error) {
	head := append(c.rest, p[:min(len(p), len(mark)-1)]...) //nolint:gocritic // rest is made anew below
	c.records += bytes.Count(head, mark) + bytes.Count(p, mark)
	tail := p
	if len(p) < len(mark) {
		tail = head
	}
	c.rest = append([]byte(nil), tail[max(0, len(tail)-len(mark)+1):]...)
	return len(p), nil
}
