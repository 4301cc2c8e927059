package security_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/gateway/federation"
	gateway "github.com/edensync/edensync/gateway/service"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
)

// Secrets that people enter. Those that the site makes are found on the way.
const (
	remotePassword  = "9vQ-remote-Rk4xTz"
	proxyPassword   = "9vQ-proxy-Wm7cLd"
	ownProxy        = "9vQ-own-proxy-Hs2bNf"
	newPassword     = "9vQ-operator-Jp5gKv"
	oidcSecret      = "9vQ-oidc-Xy8dMq"
	wrongPassword   = "9vQ-wrong-Bt6hSr"
	basicPassword   = "9vQ-basic-Ud3fPw"
	testedPassword  = "9vQ-tested-Ge1jVc"
	forgottenBearer = "edst_9vQ-bearer-Lz0kYn"
)

// TestNoSecretShows plants secrets in every place that takes one, has things go right and wrong, and looks for them in
// everything that comes out: the log at level debug, answers, metrics, and the databases.
func TestNoSecretShows(t *testing.T) {
	t.Parallel()
	for _, engine := range sqldbtest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, engine, gateway.Settings{Provider: federation.Settings{
				Issuer: "http://127.0.0.1:1", ClientID: "edensync", ClientSecret: oidcSecret, Name: "ID", RoleClaim: "roles",
			}})
			secrets := s.plant()
			for place, content := range s.places(secrets["session"]) {
				for name, secret := range secrets {
					if form := shows(content, secret); form != "" {
						t.Errorf("the %s stands %s in %s", name, form, place)
					}
				}
			}
			// The mirror case: all of these places are really looked at.
			for _, place := range []string{"the log", "/repositories", "/logEntries", "the database of config"} {
				if shows(s.places(secrets["session"])[place], "Nairobi") == "" {
					t.Errorf("%s does not even show the name of the repository", place)
				}
			}
		})
	}
}

// plant enters secrets, and answers all of them by name.
func (s *site) plant() map[string]string {
	s.t.Helper()
	cookie := s.signIn("")
	repository := field(s.t, s.call(cookie, "POST", "/repositories", `{"name":"Nairobi","url":"http://127.0.0.1:1/eden","uuid":"urn:n","username":"u",
		"password":"`+remotePassword+`","proxyUrl":"http://u:`+ownProxy+`@127.0.0.1:1"}`).body, "id")
	s.call(cookie, "PATCH", "/settings?updateMask=proxyUrl", `{"proxyUrl":"socks5h://u:`+proxyPassword+`@127.0.0.1:1"}`)
	s.call(cookie, "POST", "/repositories/"+repository+"/tasks", `{"resourceName":"org_office","mode":"PULL"}`)
	secrets := map[string]string{
		"password of a repository": remotePassword, "password of the default proxy": proxyPassword, "password of a proxy": ownProxy,
		"password of the administrator": adminPassword, "password of an operator": newPassword, "secret at the provider": oidcSecret,
		"wrong password": wrongPassword, "wrong password of a peer": basicPassword, "password that was only tested": testedPassword,
		"unknown token": forgottenBearer, "session": strings.SplitN(cookie, "=", 2)[1],
	}
	secrets["token"] = field(s.t, s.call(cookie, "POST", "/tokens", `{"name":"backup","role":"VIEWER"}`).body, "secret")
	secrets["password of a peer"] = field(s.t, s.call(cookie, "POST", "/users", `{"username":"kisumu","role":"PEER"}`).body, "generatedPassword")
	secrets["code of an invitation"] = field(s.t, s.call(cookie, "POST", "/users", `{"username":"amina","role":"OPERATOR"}`).body, "invitation", "code")
	s.call(cookie, "POST", "/users", `{"username":"omar","role":"OPERATOR","password":"`+newPassword+`"}`)
	keys, err := os.ReadFile(filepath.Join(s.data, "secrets.key"))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, word := range strings.FieldsFunc(string(keys), func(r rune) bool { return strings.ContainsRune("\" \n\t:,{}[]", r) }) {
		if len(word) >= 40 {
			secrets["key of the stored passwords"] = word
		}
	}
	if u, err := url.Parse(s.databases["config"].Database.Reveal()); err == nil && u.User != nil {
		if password, has := u.User.Password(); has && len(password) >= 8 {
			secrets["password of the database"] = password
		}
	}
	s.stumble(cookie, repository, secrets["password of a peer"])
	return secrets
}

// stumble has things go wrong with the secrets in hand.
func (s *site) stumble(cookie, repository, peerPassword string) {
	s.t.Helper()
	sent := func(method, path, body string, headers ...string) {
		s.do(method, s.url+"/api/v1"+path, body, append(headers, "Content-Type", "application/json")...)
	}
	sent("POST", "/session", `{"username":"admin","password":"`+wrongPassword+`"}`)
	sent("POST", "/session", `{"username":"`+wrongPassword+`","password":"`+wrongPassword+`"}`)
	sent("POST", "/session", `{"username":"admin","password":"`+wrongPassword+`"`) // no JSON
	sent("GET", "/runs", "", "Authorization", "Bearer "+forgottenBearer)
	sent("POST", "/repositories", `{"name":"Nairobi","password":"`+testedPassword+`"}`, "Cookie", cookie)
	sent("POST", "/repositories", `{"name":"X","url":"http://u:`+testedPassword+`@x.example.org"}`, "Cookie", cookie)
	sent("POST", "/users", `{"username":"omar","role":"OPERATOR","password":"`+newPassword+`"}`, "Cookie", cookie)
	test := s.do("POST", s.url+"/api/v1/repositories/"+repository+":testConnection", `{"connection":{"url":"http://127.0.0.1:1","username":"u","password":"`+testedPassword+`"}}`,
		"Cookie", cookie, "Content-Type", "application/json")
	if shows([]byte(test.body), testedPassword) != "" {
		s.t.Errorf("the test of a connection tells the password: %s", test.body)
	}
	for _, password := range []string{basicPassword, peerPassword} {
		basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("kisumu:"+password))
		for _, body := range []string{"<s3xml>", "no xml"} {
			s.do("POST", s.peers+"/sync/sync.xml?resource=org_office&repository=urn:n", body, "Authorization", basic)
		}
	}
	s.do("GET", s.url+"/oidc/begin", "")
	s.do("GET", s.url+"/oidc/callback?code="+wrongPassword+"&state=x", "")
	s.finishRun(cookie, repository)
}

// finishRun has a run fail at a remote site that is not there.
func (s *site) finishRun(cookie, repository string) {
	s.t.Helper()
	run := field(s.t, s.call(cookie, "POST", "/repositories/"+repository+":synchronize", `{}`).body, "id")
	for deadline := time.Now().Add(time.Minute); ; {
		state := field(s.t, s.call(cookie, "GET", "/runs/"+run, "").body, "state")
		if state != "QUEUED" && state != "RUNNING" {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the run is %s", state)
		}
		<-time.After(50 * time.Millisecond)
	}
}

// places are all that comes out of the site, by name.
func (s *site) places(session string) map[string][]byte {
	s.t.Helper()
	found := map[string][]byte{}
	for _, path := range []string{
		"/settings", "/status", "/repositories", "/users", "/tokens", "/sessions", "/session", "/runs", "/logEntries", "/logEntries:export?format=CSV",
		"/logEntries:export?format=NDJSON", "/conflicts", "/rejects", "/jobs", "/activity",
	} {
		got := s.do("GET", s.url+"/api/v1"+path, "", "Cookie", "__Host-edensync="+session)
		if got.StatusCode != http.StatusOK {
			s.t.Errorf("%s: %d", path, got.StatusCode)
		}
		found[path] = []byte(got.body)
	}
	found["metrics"] = []byte(s.do("GET", s.url+"/metrics", "").body)
	found["readiness"] = []byte(s.do("GET", s.url+"/readyz", "").body)
	found["the log"] = []byte(s.log.String())
	for name, settings := range s.databases {
		found["the database of "+name] = s.dump(name, settings)
	}
	return found
}

// dump is all that a database holds: the files of SQLite, the rows of PostgreSQL.
func (s *site) dump(name string, settings process.DatabaseSettings) []byte {
	s.t.Helper()
	var all bytes.Buffer
	if settings.Database == "" {
		err := fs.WalkDir(os.DirFS(s.data), ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasPrefix(path, name+".db") {
				return err
			}
			text, err := os.ReadFile(filepath.Join(s.data, path))
			all.Write(text)
			return err
		})
		if err != nil {
			s.t.Fatal(err)
		}
		return all.Bytes()
	}
	db, err := sqldb.Open(s.t.Context(), settings.Database.Reveal(), sqldb.Options{Schema: settings.Schema, MaxOpen: 1})
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var tables []string
	if err := db.Select(s.t.Context(), &tables, "SELECT table_name FROM information_schema.tables WHERE table_schema = ?", settings.Schema); err != nil {
		s.t.Fatal(err)
	}
	for _, table := range tables {
		var rows []string
		if err := db.Select(s.t.Context(), &rows, "SELECT t::text FROM "+table+" t"); err != nil {
			s.t.Fatal(err)
		}
		all.WriteString(table + strings.Join(rows, "\n"))
	}
	return all.Bytes()
}

// shows tells in which form a secret stands in content, "" if it does not.
func shows(content []byte, secret string) string {
	if secret == "" {
		return ""
	}
	forms := map[string]string{
		"as it is": secret, "in hexadecimal digits": hex.EncodeToString([]byte(secret)), "escaped": url.QueryEscape(secret),
	}
	for shift := range 3 { // wherever the groups of three begin
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat(":", shift) + secret))
		forms["in base64"+strings.Repeat(", shifted", shift)] = strings.TrimRight(encoded[(shift*8+5)/6:], "=")[:len(secret)]
	}
	for form, text := range forms {
		if bytes.Contains(content, []byte(text)) {
			return form
		}
	}
	return ""
}

// field is a value of a JSON object.
func field(t *testing.T, text string, path ...string) string {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	got, _ := value.(string)
	if got == "" {
		t.Fatalf("no %s in %s", strings.Join(path, "."), text)
	}
	return got
}

func TestShowsFindsEveryForm(t *testing.T) {
	t.Parallel()
	for _, content := range []string{
		remotePassword, "x=" + hex.EncodeToString([]byte(remotePassword)), base64.StdEncoding.EncodeToString([]byte(remotePassword)),
		base64.StdEncoding.EncodeToString([]byte("u:" + remotePassword)), base64.StdEncoding.EncodeToString([]byte("us:" + remotePassword)),
	} {
		if shows([]byte("…"+content+"…"), remotePassword) == "" {
			t.Errorf("not found in %s", content)
		}
	}
	if form := shows([]byte("nothing"), remotePassword); form != "" {
		t.Errorf("found %s in nothing", form)
	}
}
