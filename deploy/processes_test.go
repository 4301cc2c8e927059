package deploy_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/internal/testaddr"
)

// patience is how long something may take that a cluster waits for; machines under test may be slow.
const patience = 90 * time.Second

// installation are the five programs of an overlay, each with the settings of its Deployment. Where those name a port, a
// file of a Secret or a Service of the cluster, the programs are given what stands for it on this machine.
type installation struct {
	m         manifests
	folder    string            // files of Secrets and volumes
	secrets   secrets           // what is in them
	addresses map[string]string // of a port of a component, such as "config:9101"
	authority *x509.CertPool    // who signed the certificates; nil without TLS
	ended     map[string]chan struct{}
}

// TestInstallation starts what an overlay describes, on a database of its own, and asks it as the cluster, browsers,
// other sites and Prometheus do.
func TestInstallation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, m manifests) {
		i := install(t, m)
		for _, d := range all[*appsv1.Deployment](m) {
			i.start(t, d)
		}
		for _, d := range all[*appsv1.Deployment](m) {
			c := d.Spec.Template.Spec.Containers[0]
			for _, probe := range []*corev1.Probe{c.StartupProbe, c.LivenessProbe, c.ReadinessProbe} {
				i.probe(t, d, probe)
			}
		}
		i.checkServices(t)
		i.checkIngress(t)
		i.checkMonitoring(t)
	})
}

func install(t *testing.T, m manifests) *installation {
	t.Helper()
	i := &installation{m: m, folder: t.TempDir(), addresses: map[string]string{}, ended: map[string]chan struct{}{}, secrets: secrets{
		"edensync-cluster":      {"key": rand.Text()},
		"edensync-admin":        {"password": rand.Text()},
		"edensync-database-app": {"uri": sqldbtest.Database(t)},
	}}
	i.authority = i.secrets.addCertificates(t, m)
	for _, d := range all[*appsv1.Deployment](m) {
		for _, port := range d.Spec.Template.Spec.Containers[0].Ports {
			i.addresses[fmt.Sprintf("%s:%d", component(d), port.ContainerPort)] = testaddr.Take(t)
		}
	}
	return i
}

// start runs the program of a Deployment until the test ends, and then sees that it ends in the time that a pod has.
func (i *installation) start(t *testing.T, d *appsv1.Deployment) {
	t.Helper()
	w := workload{object: d, template: d.Spec.Template}
	var log output
	command := exec.Command(program(t, imageName(d.Spec.Template.Spec.Containers[0])))
	command.Env = i.environment(t, w)
	command.Dir = i.folder
	command.Stdout, command.Stderr = &log, &log
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	ended := make(chan struct{})
	i.ended[d.Name] = ended
	go func() { defer close(ended); exited <- command.Wait() }()
	t.Cleanup(func() {
		if err := command.Process.Signal(syscall.SIGTERM); err != nil {
			t.Errorf("%s has ended by itself: %v", d.Name, err)
		}
		select {
		case err := <-exited:
			if err != nil {
				t.Errorf("%s: %v", d.Name, err)
			}
		case <-time.After(time.Duration(*d.Spec.Template.Spec.TerminationGracePeriodSeconds) * time.Second):
			t.Errorf("%s did not end in time: %v", d.Name, command.Process.Kill())
		}
		if t.Failed() {
			t.Logf("%s said:\n%s", d.Name, log.String())
		}
	})
}

// output collects what a process writes; the test reads it while the process may still write.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write takes a piece of the output.
func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

// String is everything so far.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// environment are the variables of a program, translated to this machine.
func (i *installation) environment(t *testing.T, w workload) []string {
	t.Helper()
	env := []string{"PATH=" + os.Getenv("PATH")}
	for name, value := range environment(t, i.m, w.template.Spec.Containers[0]) {
		host, port, err := net.SplitHostPort(value)
		switch {
		case driverVariables[name]:
			continue // the database of the tests does not encrypt
		case strings.HasPrefix(value, "/"):
			value = i.file(t, w, value)
		case err == nil && host == "":
			value = i.addresses[component(w)+":"+port]
		case err == nil:
			value = i.addresses[component(behind(i.m, named[*corev1.Service](t, i.m, host)))+":"+port]
		}
		env = append(env, name+"="+value)
	}
	return env
}

// file is what stands for a path of a pod: a file with the content of the Secret's key, or a place in a folder.
func (i *installation) file(t *testing.T, w workload, path string) string {
	t.Helper()
	key, ok := source(w, path)
	if !ok {
		t.Fatalf("nothing is mounted at %s of %s", path, kindOf(w))
	}
	here := filepath.Join(i.folder, component(w), path)
	if err := os.MkdirAll(filepath.Dir(here), 0o700); err != nil {
		t.Fatal(err)
	}
	if key.name == "" {
		return here
	}
	content, ok := i.secrets[key.name][key.key]
	if !ok {
		t.Fatalf("the Secret %s has no key %s", key.name, key.key)
	}
	if err := os.WriteFile(here, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return here
}

// client asks over HTTP, or over TLS as the named server of the installation.
func (i *installation) client(server string) *http.Client {
	return &http.Client{
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: i.authority, ServerName: server, MinVersion: tls.VersionTLS12}, DisableKeepAlives: true},
		Timeout:   patience,
	}
}

// probe asks as the kubelet does, until the answer is good.
func (i *installation) probe(t *testing.T, d *appsv1.Deployment, probe *corev1.Probe) {
	t.Helper()
	scheme := "http"
	if probe.HTTPGet.Scheme == corev1.URISchemeHTTPS {
		scheme = "https"
	}
	if (scheme == "https") != (i.authority != nil) {
		t.Errorf("%s is asked for its health by %s", d.Name, scheme)
	}
	port := portOf(d.Spec.Template.Spec.Containers[0], probe.HTTPGet.Port)
	url := scheme + "://" + i.addresses[fmt.Sprintf("%s:%d", component(d), port)] + probe.HTTPGet.Path
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		status, body, err := i.get(ctx, url, d.Name)
		if err == nil && status == http.StatusOK {
			return
		}
		select {
		case <-i.ended[d.Name]:
			t.Fatalf("%s has ended", d.Name)
		case <-ctx.Done():
			t.Fatalf("%s: %s answers %d %s %v", d.Name, url, status, body, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (i *installation) get(ctx context.Context, url, server string, headers ...string) (status int, body string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, "", err
	}
	for n := 0; n < len(headers); n += 2 {
		request.Header.Set(headers[n], headers[n+1])
	}
	answer, err := i.client(server).Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(text), err
}

// at is the URL of a Service's port.
func (i *installation) at(t *testing.T, s *corev1.Service, port string) string {
	t.Helper()
	index := slices.IndexFunc(s.Spec.Ports, func(p corev1.ServicePort) bool { return p.Name == port })
	if index < 0 {
		t.Fatalf("Service %s has no port %s", s.Name, port)
	}
	w := behind(i.m, s)
	scheme := "http://"
	if i.authority != nil {
		scheme = "https://"
	}
	return scheme + i.addresses[component(w)+":"+strconv.Itoa(int(portOf(w.template.Spec.Containers[0], s.Spec.Ports[index].TargetPort)))]
}

// checkServices signs in with the password of the Secret and asks how the services are: the gateway has to reach all of
// them, with the key and the certificates that it has.
func (i *installation) checkServices(t *testing.T) {
	t.Helper()
	base := i.at(t, named[*corev1.Service](t, i.m, "edensync-gateway"), "http")
	credentials, err := json.Marshal(map[string]string{"username": "admin", "password": i.secrets["edensync-admin"]["password"]})
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"/api/v1/session", bytes.NewReader(credentials))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := i.client("edensync-gateway").Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK || len(answer.Cookies()) != 1 {
		t.Fatalf("signing in: %s", answer.Status)
	}
	cookie := answer.Cookies()[0]
	status, body, err := i.get(t.Context(), base+"/api/v1/status", "edensync-gateway", "Cookie", cookie.Name+"="+cookie.Value)
	var site struct {
		Components []struct {
			Name  string `json:"name"`
			Ready bool   `json:"ready"`
		} `json:"components"`
	}
	if err != nil || status != http.StatusOK || json.Unmarshal([]byte(body), &site) != nil || len(site.Components) != 4 {
		t.Fatalf("the state of the site: %d %s %v", status, body, err)
	}
	for _, c := range site.Components {
		if !c.Ready {
			t.Errorf("the gateway does not reach %s: %s", c.Name, body)
		}
	}
}

// checkIngress asks along the ways of the Ingress: pages are the gateway's, other sites are asked who they are, and what
// is not for the outside is not there.
func (i *installation) checkIngress(t *testing.T) {
	t.Helper()
	for path, want := range map[string]int{
		"/":                    http.StatusOK,
		"/openapi.json":        http.StatusOK,
		"/api/v1/repositories": http.StatusUnauthorized,
		"/eden/sync/sync.xml?resource=org_organisation": http.StatusUnauthorized,
	} {
		plain, _, _ := strings.Cut(path, "?")
		backend := route(t, i.m, "sync.example.org", plain)
		base := i.at(t, named[*corev1.Service](t, i.m, backend.Name), backend.Port.Name)
		status, body, err := i.get(t.Context(), base+path, backend.Name)
		if err != nil || status != want {
			t.Errorf("%s answers %d (%v), expected %d: %s", path, status, err, want, body)
		}
	}
}

// checkMonitoring asks for measurements at every place that the ServiceMonitor names. Each program must be among them.
func (i *installation) checkMonitoring(t *testing.T) {
	t.Helper()
	for _, monitor := range all[*monitoringv1.ServiceMonitor](i.m) {
		measured := map[string]bool{}
		for _, s := range all[*corev1.Service](i.m) {
			for _, e := range monitor.Spec.Endpoints {
				if !matches(t, &monitor.Spec.Selector, s.Labels) || !hasPort(s, e.Port) {
					continue
				}
				url := i.at(t, s, e.Port)
				if e.Scheme == nil || !strings.HasPrefix(url, e.Scheme.String()+":") {
					t.Errorf("%s would not be asked by the right scheme", s.Name)
				}
				status, body, err := i.get(t.Context(), url+e.Path, *e.TLSConfig.ServerName)
				if err != nil || status != http.StatusOK || !strings.Contains(body, "go_goroutines") {
					t.Errorf("the measurements of %s: %d %v", s.Name, status, err)
				}
				measured[component(behind(i.m, s))] = true
			}
		}
		for _, d := range all[*appsv1.Deployment](i.m) {
			if !measured[component(d)] {
				t.Errorf("nobody measures %s", d.Name)
			}
		}
	}
}
