package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/edensync/edensync/s3xml"
)

// pouches are two sites of PouchDB with LevelDB, each a process of its own, of which one replicates what the other has. They
// do the work of a pull: as many documents over HTTP on loopback, stored at both ends.
type pouches struct{ source, target *pouch }

// pouch is a running site of PouchDB.
type pouch struct {
	base string
	cmd  *exec.Cmd
	in   io.Closer // its end is that of the site
}

// pouchBatch is how many documents PouchDB takes in by one request, as the replication asks for them.
const pouchBatch = 1000

// pouches starts both sites. `make tools` has installed them.
func (b *bench) pouches(ctx context.Context) (p *pouches, err error) {
	source, err := sourceOf(ctx, "e2e/bench")
	if err != nil {
		return nil, err
	}
	program := filepath.Join(source, "pouchdb", "site.mjs")
	if _, err := os.Stat(filepath.Join(filepath.Dir(program), "node_modules", "pouchdb")); err != nil {
		return nil, fmt.Errorf("PouchDB is missing, which pulls are compared with; install it with: make tools (%w)", err)
	}
	p = &pouches{}
	if p.source, err = b.pouch(ctx, program); err == nil {
		p.target, err = b.pouch(ctx, program)
	}
	if err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

func (b *bench) pouch(ctx context.Context, program string) (*pouch, error) {
	folder, err := os.MkdirTemp(b.folder, "pouchdb-")
	if err != nil {
		return nil, err
	}
	p := &pouch{cmd: exec.CommandContext(ctx, "node", program, folder)} //nolint:gosec // part of this program
	p.cmd.Stderr = b.log
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	out, err := p.cmd.StdoutPipe()
	if err == nil {
		p.in, err = p.cmd.StdinPipe()
	}
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		return nil, fmt.Errorf("start PouchDB: %w", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if p.base = strings.TrimSpace(line); err != nil {
		return nil, errors.Join(fmt.Errorf("start PouchDB: %w", err), p.stop())
	}
	return p, nil
}

// stop ends both sites, as far as they were started.
func (p *pouches) stop() error {
	if p == nil {
		return nil
	}
	http.DefaultClient.CloseIdleConnections()
	return errors.Join(p.source.stop(), p.target.stop())
}

func (p *pouch) stop() error {
	if p == nil {
		return nil
	}
	return errors.Join(p.in.Close(), p.cmd.Wait())
}

// replicate answers how many documents a second the target took from the source: the records of d, components included.
func (p *pouches) replicate(ctx context.Context, d document) (float64, error) {
	source, target := p.source.base+"/"+d.resource, d.resource+"-copy"
	if err := exchangeJSON(ctx, http.MethodPut, source, nil, nil); err != nil {
		return 0, err
	}
	var docs []any
	for i := d.from; i < d.from+d.count; i++ {
		record := d.record(i)
		docs = appendDocs(docs, &record, "")
		if last := i == d.from+d.count-1; len(docs) >= pouchBatch || last {
			if err := exchangeJSON(ctx, http.MethodPost, source+"/_bulk_docs", map[string]any{"docs": docs}, nil); err != nil {
				return 0, err
			}
			docs = docs[:0]
		}
	}
	var answer struct {
		Written int `json:"docs_written"`
	}
	started := now()
	err := exchangeJSON(ctx, http.MethodPost, p.target.base+"/replicate", map[string]any{"source": source, "target": target}, &answer)
	took := now().Sub(started)
	if err == nil && answer.Written != d.rows() {
		err = fmt.Errorf("PouchDB replicated %d of %d documents", answer.Written, d.rows())
	}
	return rate(d.rows(), took), err
}

// appendDocs appends a record and its components as documents that say the same.
func appendDocs(docs []any, r *s3xml.Record, parent string) []any {
	fields := map[string]any{}
	for _, f := range r.Data {
		fields[f.Field] = f.Text
	}
	for _, ref := range r.References {
		fields[ref.Field] = map[string]string{"resource": ref.Resource, "uuid": ref.UUID, "text": ref.Text}
	}
	attrs := map[string]string{"mci": r.MCI, "created_on": r.CreatedOn, "modified_on": r.ModifiedOn}
	for _, a := range r.Attrs {
		attrs[a.Name] = a.Value
	}
	docs = append(docs, map[string]any{"_id": r.UUID, "resource": r.Name, "parent": parent, "attributes": attrs, "fields": fields})
	for i := range r.Components {
		docs = appendDocs(docs, &r.Components[i], r.UUID)
	}
	return docs
}

// exchangeJSON is one request with a body and an answer in JSON; both may be nil.
func exchangeJSON(ctx context.Context, method, url string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := send(request)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(answer, out)
}
