package cli_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/cmd/edensync/internal/cli"
)

// place is a whole site with a data folder, served by the command serve.
type place struct {
	t    *testing.T
	data string
	url  string
}

const patience = 2 * time.Minute

// serve starts a site and waits until commands on its machine can speak to it.
func serve(t *testing.T) *place {
	t.Helper()
	p := &place{t: t, data: t.TempDir()}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		args := []string{"serve", "--listen", "127.0.0.1:0", "--data", p.data, "--admin-password", "correct horse battery", "--log-level", "error"}
		ended <- cli.Run(ctx, args, cli.Streams{In: strings.NewReader(""), Out: in, Err: t.Output()})
		_ = in.Close()
	}()
	t.Cleanup(func() {
		cancel()
		if status := <-ended; status != 0 {
			t.Errorf("serve ended with %d", status)
		}
	})
	lines := bufio.NewScanner(out)
	for p.url == "" && lines.Scan() {
		_, p.url, _ = strings.Cut(lines.Text(), "serves this site at ")
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	p.awaitKey()
	return p
}

func (p *place) awaitKey() {
	p.t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := os.Stat(filepath.Join(p.data, "cli.json")); err == nil {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			p.t.Fatal("the site left no key for the command line")
		}
	}
}

// run runs a command on the site's machine and demands its exit status.
func (p *place) run(want int, args ...string) string {
	p.t.Helper()
	return p.with("", want, args...)
}

func (p *place) with(in string, want int, args ...string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	got := run(ctx, in, append(args, "--data", p.data)...)
	if got.status != want {
		p.t.Fatalf("edensync %s: status %d, want %d\n%s%s", strings.Join(args, " "), got.status, want, got.out, got.err)
	}
	return got.out
}

func (p *place) says(out string, wants ...string) {
	p.t.Helper()
	for _, want := range wants {
		if !strings.Contains(out, want) {
			p.t.Errorf("%q is missing in:\n%s", want, out)
		}
	}
}

// ids are the ids in a list as JSON.
func (p *place) ids(args ...string) []string {
	p.t.Helper()
	var list []struct{ ID string }
	out := p.run(0, append(args, "-o", "json")...)
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		p.t.Fatalf("%v: %v\n%s", args, err, out)
	}
	ids := make([]string, len(list))
	for i, entry := range list {
		ids[i] = entry.ID
	}
	return ids
}

const document = `<?xml version="1.0" encoding="utf-8"?>
<s3xml><resource name="org_organisation" uuid="urn:uuid:aaaaaaaa-0000-4000-8000-000000000001" created_on="2026-01-01T00:00:00Z" modified_on="2026-01-02T00:00:00Z"><data field="name">Red Cross</data></resource>
<resource name="org_organisation" uuid="urn:uuid:aaaaaaaa-0000-4000-8000-000000000002" created_on="2026-01-01T00:00:00Z" modified_on="2026-01-02T00:00:00Z"><data field="name">Relief</data></resource></s3xml>
`

const first = "urn:uuid:aaaaaaaa-0000-4000-8000-000000000001"

// TestJourney is what an administrator does at the keyboard, on two sites that talk over real HTTP.
func TestJourney(t *testing.T) {
	t.Parallel()
	hub, field := serve(t), serve(t)

	hub.says(hub.run(0, "doctor"), "✓ config", "✓ transfer")
	hub.says(hub.with(document, 0, "import", "org_organisation", "-"), "received", "2        2", "done")
	hub.says(hub.with(strings.Replace(document, `<data field="name">Red Cross</data>`, `<data field="phone">123</data>`, 1), 0,
		"import", "org_organisation", "-", "--update-policy", "other"), "done")
	hub.says(hub.run(0, "records", "show", "org_organisation", first), "value: Red Cross", "value: 123") // what was not mentioned stays
	hub.says(hub.run(0, "log", "list", "--repository", "Files"), "Data received from peer")
	file := filepath.Join(t.TempDir(), "out.xml")
	hub.run(0, "export", "org_organisation", file)
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	hub.says(string(written), first, "Red Cross", "Relief")
	if accounts := hub.run(0, "users", "list"); strings.Contains(accounts, "files-") {
		t.Errorf("an account for files was left behind:\n%s", accounts)
	}

	hub.with("a long peer password\n", 0, "users", "add", "field", "--role", "peer", "--password-file", "-")
	out := field.with("a long peer password\n", 0, "repositories", "add", "Hub", "--url", hub.url+"/eden", "--username", "field", "--password-file", "-")
	field.says(out, "Successfully registered at the repository.")
	out = field.with("wrong", 3, "repositories", "add", "Nobody", "--url", hub.url+"/other/eden", "--username", "field", "--password-file", "-")
	field.says(out, "please register manually", "UUID:  urn:uuid:", `repositories register "Nobody"`)
	field.says(field.run(5, "doctor", "Nobody"), "✗")
	field.says(field.run(0, "doctor", "Hub"), "✓ sign in", "Signed in as field")

	field.says(field.run(0, "tasks", "add", "Hub", "org_organisation"), "pull and push")
	field.says(field.run(0, "sync", "hub"), "org_organisation", "done")
	field.says(field.run(0, "records", "list", "org_organisation"), "Red Cross", "Relief", "Hub")

	hub.run(0, "records", "edit", "org_organisation", first, "name=Changed at the hub")
	field.run(0, "records", "edit", "org_organisation", first, "name=Changed in the field", "year:=1999")
	field.run(3, "sync", "Hub")
	conflicts := field.ids("conflicts", "list")
	if len(conflicts) != 1 {
		t.Fatalf("%d open conflicts, want 1", len(conflicts))
	}
	field.says(field.run(0, "conflicts", "show", conflicts[0]), "Changed at the hub", "Changed in the field")
	field.says(field.run(0, "conflicts", "decide", "remote", conflicts[0]), "decided")
	field.says(field.run(0, "records", "show", "org_organisation", first), "value: Changed at the hub")
}

// TestKeeping is about what is kept in order at one site.
func TestKeeping(t *testing.T) {
	t.Parallel()
	site := serve(t)
	site.says(site.run(0, "repositories", "add", "Peer", "--uuid", "urn:uuid:1"), "waits for the remote site")
	site.says(site.run(0, "repositories", "edit", "peer", "--name", "Kisumu", "--no-accept-pushes"), "name: Kisumu", "accept pushes: no")
	site.run(0, "repositories", "pause", "Kisumu")
	site.run(5, "sync", "Kisumu")
	site.says(site.run(0, "repositories", "list", "--condition", "paused"), "Kisumu", "paused")
	site.run(0, "repositories", "resume", "Kisumu")
	site.says(site.run(0, "repositories", "list", "--condition", "never-synchronized", "--order", "attention"), "Kisumu", "never synchronized")

	site.says(site.run(0, "jobs", "add", "Kisumu", "--start-time", "+1h", "--end-time", "+2h", "--run-every", "5m", "--repeat", "3"), "state: queued", "run every: 5m")
	job := site.ids("jobs", "list", "Kisumu")[0]
	site.says(site.run(0, "jobs", "edit", job, "--end-time", "none", "--no-enabled", "--repeat", "0"), "state: disabled", "timeout: 10m")
	if out := site.run(0, "jobs", "show", job); strings.Contains(out, "end time") || strings.Contains(out, "repeat") {
		t.Errorf("end and repeat were not taken away:\n%s", out)
	}
	site.says(site.run(0, "jobs", "list"), "Kisumu", "disabled")
	site.says(site.run(0, "jobs", "preview", "Kisumu", "--start-time", "2099-09-21 08:30", "--run-every", "5m", "--count", "2"),
		"2099-09-21 08:30:00Z\n2099-09-21 08:35:00Z\n")
	site.run(1, "jobs", "edit", job, "--run-every", "1s")
	site.run(0, "jobs", "remove", job)

	secret := strings.TrimSpace(site.run(0, "tokens", "add", "monitor", "--role", "viewer", "--expires", "+1h"))
	viewer := run(t.Context(), "", "repositories", "list", "--server", site.url, "--token", secret)
	if viewer.status != 0 || !strings.Contains(viewer.out, "Kisumu") {
		t.Errorf("as viewer: %+v", viewer)
	}
	if refused := run(t.Context(), "", "repositories", "pause", "Kisumu", "--server", site.url, "--token", secret); refused.status != 1 {
		t.Errorf("as viewer: %+v", refused)
	}
	site.run(0, "tokens", "remove", "monitor")

	site.says(site.run(0, "settings", "edit", "--site-name", "Relief hub", "--log-retention", "240h"), "site name: Relief hub", "log retention: 240h")
	site.run(1, "users", "remove", "admin", "--yes")
	site.says(site.run(0, "users", "add", "joan", "--role", "operator", "--language", "fr"), "language: fr", "invited: yes", "code: edin_")
	site.says(site.run(0, "users", "invite", "joan"), "code: edin_")
	if out := site.run(0, "users", "edit", "joan", "--language", ""); strings.Contains(out, "language") {
		t.Errorf("the language was not taken away:\n%s", out)
	}
	site.says(site.run(0, "users", "add", "lamu", "--role", "peer"), "generated password: ")
	site.says(site.run(0, "users", "generate-password", "lamu"), "generated password: ")
	site.run(1, "users", "invite", "lamu")
	uid := strings.TrimPrefix(strings.Split(site.run(0, "records", "add", "org_organisation", "name=New"), "\n")[1], "uid: ")
	site.says(site.run(0, "records", "show", "org_organisation", uid), "name: name, value: New")
	site.run(0, "records", "remove", "org_organisation", uid)
	if out := site.run(0, "records", "list", "org_organisation"); strings.Contains(out, uid) {
		t.Errorf("deleted, and still listed:\n%s", out)
	}
	site.says(site.run(0, "log", "export"), "create job", "Kisumu")
	site.run(0, "repositories", "remove", "Kisumu", "--yes")
	site.says(site.run(0, "repositories", "list"), "No entries found")
}
