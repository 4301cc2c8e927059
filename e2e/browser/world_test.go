package browser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// worldServer answers what a file of tests asks of its world. Bodies and answers are JSON.
//
//	POST   /sites {setup, tls, empty, flags}
//	                                    start a site: a copy of the seeded hub, or an empty one; → siteAnswer
//	POST   /sites/{id}/cut {ms}         cut every connection that runs over the wire of the site
//	POST   /sites/{id}/log {count}      write log entries as another process would
//	POST   /sites/{id}/stop, /start     end the process; start it again at the same address
//	POST   /fakes order                 start a fake Eden; → {id, url, uuid}
//	POST   /fakes/{id} order            tell it to be otherwise
//	GET    /fakes/{id}/{resource}       records that it holds
//	DELETE /fakes/{id}                  be gone
type worldServer struct {
	t      *testing.T
	seeded *seedling
	url    string

	mu    sync.Mutex
	sites map[string]*worldSite
	fakes map[string]*fake
}

type worldSite struct {
	*site
	wire *wire
}

// siteAnswer is where a site is and how to get in.
type siteAnswer struct {
	ID       string `json:"id"`
	URL      string `json:"url"`
	Wire     string `json:"wire"` // the same over a connection that can be cut
	Username string `json:"username"`
	Password string `json:"password"`
	Token    string `json:"token"`
	Code     string `json:"code"`
	Data     string `json:"data"`
}

func newWorld(t *testing.T, seeded *seedling) *worldServer {
	t.Helper()
	w := &worldServer{t: t, seeded: seeded, sites: map[string]*worldSite{}, fakes: map[string]*fake{}}
	mux := http.NewServeMux()
	handle(mux, "POST /sites", w.newSite)
	handle(mux, "POST /sites/{id}/{verb}", w.changeSite)
	handle(mux, "POST /fakes", w.newFake)
	handle(mux, "POST /fakes/{id}", w.changeFake)
	handle(mux, "GET /fakes/{id}/{resource}", w.records)
	handle(mux, "DELETE /fakes/{id}", w.stopFake)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// handle answers what do gives as JSON, and its error as text.
func handle[T any](mux *http.ServeMux, pattern string, do func(r *http.Request, body T) (any, error)) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		var body T
		if r.ContentLength != 0 {
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		}
		answer, err := do(r, body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(answer) // The test is gone then.
	})
}

type siteOrder struct {
	Setup, TLS, Empty bool
	Flags             []string
}

func (w *worldServer) newSite(r *http.Request, o siteOrder) (any, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := fmt.Sprintf("site%d", len(w.sites)+1)
	data := filepath.Join(w.t.TempDir(), id)
	if !o.Setup && !o.Empty {
		if err := os.CopyFS(data, os.DirFS(w.seeded.data)); err != nil {
			return nil, err
		}
	} else if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	s := &worldSite{site: newSite(w.t, data, o.Setup, o.TLS, o.Flags...)}
	scheme, host, _ := strings.Cut(s.url, "://")
	s.wire = newWire(w.t, host)
	w.sites[id] = s
	answer := siteAnswer{
		ID: id, URL: s.url, Wire: scheme + "://" + s.wire.listener.Addr().String(), Username: "admin", Password: adminPassword, Code: s.code, Data: data,
	}
	if o.Setup {
		return answer, nil
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	var err error
	answer.Token, err = s.token(ctx)
	return answer, err
}

type siteChange struct{ MS, Count int }

func (w *worldServer) changeSite(r *http.Request, c siteChange) (any, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := w.sites[r.PathValue("id")]
	if s == nil {
		return nil, fmt.Errorf("there is no site %q", r.PathValue("id"))
	}
	switch verb := r.PathValue("verb"); verb {
	case "cut":
		s.wire.sever(time.Duration(c.MS) * time.Millisecond)
	case "log":
		return nil, writeLog(r.Context(), s.data, freshEntries(c.Count))
	case "stop":
		s.stop()
	case "start":
		_, address, _ := strings.Cut(s.url, "://")
		s.start(address)
	default:
		return nil, fmt.Errorf("a site cannot %q", verb)
	}
	return nil, nil
}

func (w *worldServer) newFake(_ *http.Request, o order) (any, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := fmt.Sprintf("fake%d", len(w.fakes)+1)
	uuid := o.UUID
	if uuid == "" {
		uuid = fmt.Sprintf("urn:uuid:fa4e0000-0000-4000-8000-%012d", len(w.fakes)+1)
	}
	f := newFake(w.t, id, uuid)
	w.fakes[id] = f
	o.UUID = uuid
	return map[string]string{"id": id, "url": f.URL(), "uuid": uuid}, f.obey(o)
}

func (w *worldServer) fake(r *http.Request) (*fake, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.fakes[r.PathValue("id")]
	if f == nil {
		return nil, fmt.Errorf("there is no fake %q", r.PathValue("id"))
	}
	return f, nil
}

func (w *worldServer) changeFake(r *http.Request, o order) (any, error) {
	f, err := w.fake(r)
	if err != nil {
		return nil, err
	}
	return nil, f.obey(o)
}

func (w *worldServer) records(r *http.Request, _ struct{}) (any, error) {
	f, err := w.fake(r)
	if err != nil {
		return nil, err
	}
	return f.Records(r.PathValue("resource")), nil
}

func (w *worldServer) stopFake(r *http.Request, _ struct{}) (any, error) {
	f, err := w.fake(r)
	if err != nil {
		return nil, err
	}
	f.stop()
	return nil, nil
}
