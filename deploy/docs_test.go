package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

// operations is the page for whoever runs a site.
func operations(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "docs", "operations.md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestPageIsRight: the folder that the page tells to write can be rendered and does what it says, with each overlay and
// with the components that can be added.
func TestPageIsRight(t *testing.T) {
	t.Parallel()
	block := regexp.MustCompile("(?s) {3}```yaml\n( {3}# site/kustomization.yaml\n.+?) {3}```").FindStringSubmatch(operations(t))
	if block == nil {
		t.Fatal("the page shows no kustomization.yaml")
	}
	small := regexp.MustCompile(`(?m)^ {3}`).ReplaceAllString(block[1], "")
	for name, text := range map[string]string{
		"small":            small,
		"small with all":   small + "components:\n  - ../edensync/deploy/k8s/components/monitoring\n  - ../edensync/deploy/k8s/components/tls\n  - ../edensync/deploy/k8s/components/mutual-tls\n",
		"production":       strings.Replace(small, "overlays/small", "overlays/production", 1),
		"small with rules": small + "components:\n  - ../edensync/deploy/k8s/components/monitoring\n",
	} {
		m, err := rendered(site(t, text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, d := range all[*appsv1.Deployment](m) {
			if image := d.Spec.Template.Spec.Containers[0].Image; !strings.HasPrefix(image, "registry.example.org/relief/"+d.Name+":") {
				t.Errorf("%s: %s runs %s", name, d.Name, image)
			}
		}
		for _, i := range all[*networkingv1.Ingress](m) {
			if i.Spec.Rules[0].Host != "sync.relief.example" || i.Spec.TLS[0].Hosts[0] != "sync.relief.example" {
				t.Errorf("%s: the Ingress %s is for %s", name, i.Name, i.Spec.Rules[0].Host)
			}
		}
	}
}

// TestMutualTLS: in production every service asks its callers for a certificate of the installation's authority, which every
// caller has; browsers are not asked for any.
func TestMutualTLS(t *testing.T) {
	t.Parallel()
	m := production(t)
	for _, w := range workloads(m) {
		if !runs(w) {
			continue
		}
		env := environment(t, m, w.template.Spec.Containers[0])
		switch component(w) {
		case "gateway", "migrate":
			if file := env["EDENSYNC_TLS_CLIENT_CA"]; file != "" {
				t.Errorf("%s asks everybody for a certificate by %s", kindOf(w), file)
			}
			continue
		}
		ca, ok := source(w, env["EDENSYNC_TLS_CLIENT_CA"])
		if own, _ := source(w, env["EDENSYNC_TLS_CERT"]); !ok || ca.key != "ca.crt" || ca.name != own.name {
			t.Errorf("%s asks its callers for certificates by %q", kindOf(w), env["EDENSYNC_TLS_CLIENT_CA"])
		}
	}
}

// site is a folder with a kustomization.yaml, beside which the repository stands.
func site(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	repository, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(repository, filepath.Join(dir, "edensync")); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(dir, "site")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestPageNamesFiles: what the page tells to copy, apply or look into is there.
func TestPageNamesFiles(t *testing.T) {
	t.Parallel()
	for _, path := range regexp.MustCompile("deploy/(k8s|docker|systemd)[A-Za-z0-9/._-]*").FindAllString(operations(t), -1) {
		if _, err := os.Stat(filepath.Join("..", strings.TrimRight(path, "./"))); err != nil {
			t.Errorf("docs/operations.md: %v", err)
		}
	}
	for _, file := range dropIns(t) {
		if !strings.Contains(operations(t), "`"+filepath.Base(file)+"`") {
			t.Errorf("docs/operations.md does not say what %s is for", file)
		}
	}
}
