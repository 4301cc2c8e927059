package crash_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/proto/restjson"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	flag.Parse()
	// Most of the time the tests wait for leases: far more of them can wait than there are processors.
	if err := flag.Set("test.parallel", "32"); err != nil {
		panic(err) // the flag is one of package testing
	}
	code, err := withBinary(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

func withBinary(run func() int) (code int, err error) {
	dir, err := os.MkdirTemp("", "edensync-crash")
	if err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "edensync")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = filepath.Join("..", "..", "cmd", "edensync")
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("build edensync: %w\n%s", err, out)
	}
	return run(), nil
}

const (
	password = "a long sentence for people"
	patience = 60 * time.Second
)

// site is one edensync serve with its data.
type site struct {
	data     string
	database string // URL; "" = SQLite
	address  string // where it listens, once known
	token    string
	cmd      *exec.Cmd
	exited   chan struct{}
}

func newSite(t *testing.T, engine string) *site {
	t.Helper()
	s := &site{data: t.TempDir(), address: "127.0.0.1:0"}
	if engine == "postgres" {
		s.database = sqldbtest.Database(t)
	}
	t.Cleanup(s.kill)
	s.start(t)
	return s
}

// start runs the program until it says where it is.
func (s *site) start(t *testing.T) {
	t.Helper()
	if err := os.Remove(s.key()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err) // the site writes a new one at each start
	}
	log, err := os.OpenFile(s.data+".log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }() // the process has its own
	s.cmd = exec.Command(binary, "serve", "--listen", s.address, "--data", s.data, "--log-level", "warn")
	s.cmd.Env = append(os.Environ(), "EDENSYNC_ADMIN_PASSWORD="+password)
	if s.database != "" {
		s.cmd.Env = append(s.cmd.Env, "EDENSYNC_DATABASE="+s.database)
	}
	s.cmd.Stderr = log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.exited = make(chan struct{})
	greeted := make(chan string, 1)
	go func() {
		defer close(s.exited)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, base, ok := strings.Cut(lines.Text(), "serves this site at http://"); ok {
				greeted <- strings.Fields(base)[0]
			}
		}
		_ = s.cmd.Wait() // it is killed: there is no good status
	}()
	select {
	case s.address = <-greeted:
	case <-s.exited:
		t.Fatalf("the site ended at once:\n%s", s.log())
	case <-time.After(patience):
		t.Fatalf("the site did not say where it is:\n%s", s.log())
	}
	s.signIn(t)
}

func (s *site) log() string {
	text, err := os.ReadFile(s.data + ".log")
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}

// kill ends the process as a power cut would: nothing of it runs any more.
func (s *site) kill() {
	if s.cmd == nil || s.cmd.Process == nil {
		return
	}
	_ = s.cmd.Process.Kill() // it may have ended
	<-s.exited
}

func (s *site) key() string { return filepath.Join(s.data, "cli.json") }

// signIn waits for the key that the site leaves to its administrator.
func (s *site) signIn(t *testing.T) {
	t.Helper()
	eventually(t, "the key of the administrator", func() error {
		var key struct{ Token string }
		text, err := os.ReadFile(s.key())
		if err == nil {
			err = json.Unmarshal(text, &key)
		}
		if s.token = key.Token; err == nil && s.token == "" {
			err = errors.New("it is empty")
		}
		return err
	})
}

// eventually asks until there is no error.
func eventually(t *testing.T, what string, ask func() error) {
	t.Helper()
	over := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask()
		if err == nil {
			return
		}
		select {
		case <-over:
			t.Fatalf("%s: %v", what, err)
		case <-tick.C:
		}
	}
}

// call is one request of the REST interface; in and out may be nil.
func (s *site) call(method, path string, in, out proto.Message) error {
	var body io.Reader
	if in != nil {
		text, err := protojson.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, "http://"+s.address+"/api/v1"+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	text, err := send(request)
	if err != nil || out == nil {
		return err
	}
	return restjson.UnmarshalAnswer(text, out)
}

func send(request *http.Request) ([]byte, error) {
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // it was read to its end
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: HTTP %d: %.500s", request.Method, request.URL.Path, response.StatusCode, text)
	}
	return text, err
}

// source is the site that the records of the hub come from.
const source = "urn:uuid:0d1f6c1e-0000-4000-8000-00000000c4a5"

// give pushes a document to the site, as an Eden would.
func (s *site) give(t *testing.T, document string) {
	t.Helper()
	for _, post := range [][2]string{
		{"/sync/repository/register.json", `{"uuid":"` + source + `","name":"Source","apitype":"eden"}`},
		{"/sync/sync.xml?resource=" + resource + "&repository=" + url.QueryEscape(source), document},
	} {
		path, body := post[0], post[1]
		eventually(t, "POST "+path, func() error {
			request, err := http.NewRequest(http.MethodPost, "http://"+s.address+"/eden"+path, strings.NewReader(body))
			if err != nil {
				return err
			}
			request.SetBasicAuth("admin", password)
			text, err := send(request)
			if err == nil && !bytes.Contains(text, []byte(`"success"`)) {
				err = fmt.Errorf("%.300s", text)
			}
			return err
		})
	}
}

// know registers the hub and says that its records are pulled.
func (s *site) know(t *testing.T, hub *site) (repository string) {
	t.Helper()
	repo := &configv1.Repository{Name: "hub", Url: "http://" + hub.address + "/eden", Username: "admin", Password: password}
	if err := s.call(http.MethodPost, "/repositories", repo, repo); err != nil {
		t.Fatal(err)
	}
	eventually(t, "registration", func() error {
		err := s.call(http.MethodGet, "/repositories/"+repo.GetId(), nil, repo)
		if r := repo.GetRegistration(); err == nil && r.GetState() != configv1.RegistrationState_REGISTRATION_STATE_REGISTERED {
			err = fmt.Errorf("%s: %s", r.GetState(), r.GetMessage())
		}
		return err
	})
	task := &configv1.Task{ResourceName: resource, Mode: configv1.TaskMode_TASK_MODE_PULL}
	if err := s.call(http.MethodPost, "/repositories/"+repo.GetId()+"/tasks", task, nil); err != nil {
		t.Fatal(err)
	}
	return repo.GetId()
}

// all lists every record of a resource as uid → hash.
func (s *site) all(t *testing.T, resource string) map[string]string {
	t.Helper()
	hashes := map[string]string{}
	for token := ""; ; {
		page := &transferv1.ListRecordsResponse{}
		query := url.Values{"pageSize": {"500"}, "includeDeleted": {"true"}, "pageToken": {token}}
		if err := s.call(http.MethodGet, "/resources/"+resource+"/records?"+query.Encode(), nil, page); err != nil {
			t.Fatal(err)
		}
		for _, r := range page.GetRecords() {
			hashes[r.GetUid()] = r.GetHash()
		}
		if token = page.GetNextPageToken(); token == "" {
			return hashes
		}
	}
}
