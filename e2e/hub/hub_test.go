package hub_test

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/testaddr"
	"github.com/edensync/edensync/internal/testcert"
)

// patience is how long something may take that must come; machines under test may be slow.
const patience = 120 * time.Second

// services in an order in which none has to wait.
var services = []string{"audit", "config", "transfer", "scheduler", "gateway"}

// hub is an installation of processes. Each service has as many addresses as it may have replicas, whether they run or not.
type hub struct {
	folder    string
	database  string
	authority *testcert.Identity
	replicas  map[string][]*replica
	client    *http.Client
}

// replica is one process of a service, which may be started again at the same addresses.
type replica struct {
	process
	service string
	index   int
	listen  string
	peers   string // transfer only
}

// application is the name under which its connections stand in pg_stat_activity.
func (r *replica) application() string { return fmt.Sprintf("%s-%d", r.service, r.index) }

// named is the address of a database with the name that a connection to it gives itself.
func named(t *testing.T, database, application string) string {
	t.Helper()
	address, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	query := address.Query()
	query.Set("application_name", application)
	address.RawQuery = query.Encode()
	return address.String()
}

// newHub prepares the installation; nothing runs yet.
func newHub(t *testing.T, database string, replicas int) *hub {
	t.Helper()
	h := &hub{folder: t.TempDir(), database: database, authority: testcert.NewAuthority(t), replicas: map[string][]*replica{}}
	h.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: h.authority.Pool(), MinVersion: tls.VersionTLS12}}, Timeout: patience}
	h.authority.Write(t, h.folder, "ca")
	for _, service := range services {
		h.authority.Sign(t, testcert.Process("edensync-"+service)).Write(t, h.folder, "edensync-"+service)
		for i := range replicas {
			r := &replica{service: service, index: i, listen: testaddr.Take(t)}
			if service == "transfer" {
				r.peers = testaddr.Take(t)
			}
			h.replicas[service] = append(h.replicas[service], r)
		}
	}
	for _, service := range services { // by now all addresses are known
		for _, r := range h.replicas[service] {
			r.process = h.process(t, r, testaddr.Take(t))
			r.endWith(t)
		}
	}
	t.Cleanup(h.client.CloseIdleConnections)
	return h
}

// start runs the first replica of every service and waits until all can work.
func (h *hub) start(t *testing.T) {
	t.Helper()
	for _, service := range services {
		h.replicas[service][0].start(t)
	}
	h.canWork(t)
}

// addresses are those of all replicas of a service.
func (h *hub) addresses(service string) string {
	var all []string
	for _, r := range h.replicas[service] {
		all = append(all, r.listen)
	}
	return strings.Join(all, ",")
}

const adminPassword = "correct horse battery"

// process is how a replica is run.
func (h *hub) process(t *testing.T, r *replica, health string) process {
	t.Helper()
	file := func(name string) string { return filepath.Join(h.folder, name) }
	args := []string{
		"--listen=" + r.listen, "--health-listen=" + health, "--data=" + filepath.Join(h.folder, r.service), "--log-level=debug",
		"--tls-cert=" + file("edensync-"+r.service+".pem"), "--tls-key=" + file("edensync-"+r.service+".key"), "--tls-ca=" + file("ca.pem"),
	}
	var env []string
	if r.service != "gateway" {
		args = append(args, "--tls-client-ca="+file("ca.pem"))
		env = append(env, "EDENSYNC_DATABASE="+named(t, h.database, r.application()))
	}
	for _, callee := range calls[r.service] {
		args = append(args, "--"+callee+"-address="+h.addresses(callee))
	}
	if r.peers != "" {
		args = append(args, "--peer-listen="+r.peers)
	}
	if r.service == "config" {
		env = append(env, "EDENSYNC_ADMIN_PASSWORD="+adminPassword)
	}
	return process{
		name: r.service, program: "edensync-" + r.service, args: args, env: env, folder: h.folder,
		health: "https://" + health, client: h.client, log: &output{},
	}
}

// calls are the arrows of docs/architecture.md.
var calls = map[string][]string{
	"gateway": {"config", "scheduler", "transfer", "audit"}, "scheduler": {"config", "transfer", "audit"},
	"transfer": {"config", "audit"}, "config": {"audit"},
}
