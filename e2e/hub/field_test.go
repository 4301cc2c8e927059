package hub_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/edensync/edensync/internal/testaddr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// field is a site of one process with SQLite, which synchronizes with the hub.
type field struct {
	process
	*person
	listen     string
	repository string // the hub, as it is known here
}

// newField starts a site and makes the hub known to it.
func newField(t *testing.T, name, hubURL, authorities string) *field {
	t.Helper()
	folder, listen := t.TempDir(), testaddr.Take(t)
	client := &http.Client{Transport: &http.Transport{}, Timeout: patience}
	f := &field{
		process: process{
			name: name, program: "edensync", args: []string{"serve", "--listen=" + listen, "--data=" + filepath.Join(folder, "data")},
			env: []string{"EDENSYNC_ADMIN_PASSWORD=" + adminPassword}, folder: folder,
			health: "http://" + listen, client: client, log: &output{},
		},
		person: &person{client: client, base: "http://" + listen + "/api/v1"}, listen: listen,
	}
	t.Cleanup(client.CloseIdleConnections)
	f.endWith(t)
	f.start(t)
	f.ready(t)
	eventually(t, "sign in", f.trySignIn)
	f.repository = f.know(t, &configv1.Repository{
		Name: "Hub", Url: hubURL, Username: "admin", Password: adminPassword, CaCertificates: authorities,
	}, &configv1.Task{
		ResourceName: resource, Mode: configv1.TaskMode_TASK_MODE_PULL_AND_PUSH,
		UpdatePolicy: configv1.Policy_POLICY_NEWER, ConflictPolicy: configv1.Policy_POLICY_NEWER,
	})
	return f
}

// give pushes new records to the site, as an Eden would.
func (f *field) give(source, document string) error {
	err := f.post("/sync/repository/register.json", fmt.Sprintf(`{"uuid":%q,"name":"Source","apitype":"eden"}`, source))
	if err != nil {
		return err
	}
	return f.post("/sync/sync.xml?resource="+resource+"&repository="+url.QueryEscape(source), document)
}

func (f *field) post(path, body string) error {
	request, err := http.NewRequest(http.MethodPost, "http://"+f.listen+"/eden"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	request.SetBasicAuth("admin", adminPassword)
	request.Header.Set("Content-Type", "application/json")
	response, err := f.person.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err == nil && (response.StatusCode != http.StatusOK || !bytes.Contains(text, []byte(`"success"`))) {
		err = fmt.Errorf("HTTP %d: %.300s", response.StatusCode, text)
	}
	return err
}

// edit changes the name of a record as a person does; false: it has not arrived here yet.
func (f *field) edit(uid, name string) (bool, error) {
	path := "/resources/" + resource + "/records/" + uid
	record := &transferv1.Record{}
	if err := f.call(http.MethodGet, path, nil, record); err != nil {
		if status(err) == http.StatusNotFound {
			return false, nil
		}
		return false, err
	}
	changed := &transferv1.Record{Fields: []*transferv1.RecordField{{Name: "name", Value: name}}}
	return true, f.call(http.MethodPut, path, changed, nil)
}

// front leads callers to whichever of several addresses answers, in turn, as a Service of Kubernetes does.
func front(t *testing.T, addresses ...string) (address string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var turn atomic.Int64
	var open sync.WaitGroup
	open.Go(func() {
		for {
			caller, err := listener.Accept()
			if err != nil {
				return
			}
			first := int(turn.Add(1))
			open.Go(func() { lead(caller, addresses, first) })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); open.Wait() })
	return listener.Addr().String()
}

// lead joins a caller with the first address that answers, until one of both hangs up.
func lead(caller net.Conn, addresses []string, first int) {
	defer func() { _ = caller.Close() }()
	for i := range addresses {
		called, err := net.Dial("tcp", addresses[(first+i)%len(addresses)])
		if err != nil {
			continue
		}
		var group sync.WaitGroup
		group.Go(func() { _, _ = io.Copy(called, caller); _ = called.Close() })
		_, _ = io.Copy(caller, called)
		_ = caller.Close()
		group.Wait()
		return
	}
}
