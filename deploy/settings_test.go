package deploy_test

import (
	"net"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// driverVariables are read by the driver of the database, not by the programs.
var driverVariables = map[string]bool{"PGSSLMODE": true, "PGSSLROOTCERT": true, "PGTARGETSESSIONATTRS": true, "PGCONNECT_TIMEOUT": true}

// TestSettings compares what the containers are told with what their programs can be told.
func TestSettings(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, m manifests) {
		for _, w := range workloads(m) {
			if !runs(w) {
				continue
			}
			c := w.template.Spec.Containers[0]
			known := settings(t, imageName(c), c.Args...)
			env := environment(t, m, c)
			for name, value := range env {
				checkVariable(t, w, known, name, value)
			}
			for name, s := range known {
				// What is found on 127.0.0.1 by default is elsewhere in a cluster.
				elsewhere := strings.HasSuffix(s.flag, "-address") || strings.HasSuffix(s.flag, "listen") || s.flag == "cluster-key" || s.flag == "database"
				if _, told := env[name]; elsewhere && !told && env[name+"_FILE"] == "" {
					t.Errorf("%s does not say %s", kindOf(w), name)
				}
			}
		}
	})
}

// checkVariable: a program knows the variable, and a file that it names is mounted.
func checkVariable(t *testing.T, w workload, known map[string]setting, name, value string) {
	t.Helper()
	if driverVariables[name] {
		return
	}
	plain := strings.TrimSuffix(name, "_FILE")
	s, ok := known[name]
	if !ok {
		s, ok = known[plain]
	}
	if !ok {
		t.Errorf("%s is told %s, which its program does not know", kindOf(w), name)
		return
	}
	if strings.HasPrefix(value, "/") && !mounted(w, value) {
		t.Errorf("%s: nothing is mounted at %s (%s)", kindOf(w), value, name)
	}
	if strings.HasSuffix(s.flag, "listen") {
		checkListener(t, w, s, value)
	}
}

// checkListener: the container has a port with the number that the program listens on, and that is the usual one.
func checkListener(t *testing.T, w workload, s setting, address string) {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	_, usual, _ := net.SplitHostPort(s.standard)
	if err != nil || host != "" || port != usual {
		t.Errorf("%s listens on %s; expected :%s", kindOf(w), address, usual)
	}
	if portOf(w.template.Spec.Containers[0], intstr.Parse(port)) == 0 {
		t.Errorf("%s does not name the port %s", kindOf(w), port)
	}
}

// mounted says whether a path is one that a volume holds: a folder that can be written, or a file of a Secret.
func mounted(w workload, path string) bool {
	_, ok := source(w, path)
	return ok
}

// source is the key of a Secret that stands behind a file; for the files of a folder that can be written it is empty.
func source(w workload, path string) (key secretReference, ok bool) {
	for _, mount := range w.template.Spec.Containers[0].VolumeMounts {
		inside, below := strings.CutPrefix(path, mount.MountPath)
		if !below {
			continue
		}
		for _, v := range w.template.Spec.Volumes {
			if v.Name != mount.Name {
				continue
			}
			if v.Secret == nil && v.Projected == nil {
				return key, true
			}
			for _, ref := range filesOf(w, v) {
				if "/"+ref.path == inside {
					return ref.secretReference, true
				}
			}
		}
	}
	return key, false
}

type secretFile struct {
	secretReference
	path string
}

// filesOf are the files of a volume of Secrets.
func filesOf(w workload, v corev1.Volume) []secretFile {
	var files []secretFile
	add := func(name string, items []corev1.KeyToPath) {
		if items == nil {
			items = []corev1.KeyToPath{{Key: "ca.crt", Path: "ca.crt"}, {Key: "tls.crt", Path: "tls.crt"}, {Key: "tls.key", Path: "tls.key"}}
		}
		for _, item := range items {
			files = append(files, secretFile{secretReference{kindOf(w), name, item.Key}, item.Path})
		}
	}
	if v.Secret != nil {
		add(v.Secret.SecretName, v.Secret.Items)
		return files
	}
	for _, source := range v.Projected.Sources {
		add(source.Secret.Name, source.Secret.Items)
	}
	return files
}

// TestCallsLeadToServices: each address that a program calls is a Service with that port, in front of the right program.
func TestCallsLeadToServices(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, m manifests) {
		for _, w := range workloads(m) {
			if !runs(w) {
				continue
			}
			for name, value := range environment(t, m, w.template.Spec.Containers[0]) {
				callee, isAddress := strings.CutSuffix(strings.TrimPrefix(name, "EDENSYNC_"), "_ADDRESS")
				if !isAddress {
					continue
				}
				host, port, err := net.SplitHostPort(value)
				if err != nil {
					t.Errorf("%s: %s is no address: %v", kindOf(w), name, err)
					continue
				}
				behind := behind(m, named[*corev1.Service](t, m, host))
				if behind == nil || component(behind) != strings.ToLower(callee) || portOf(behind.template.Spec.Containers[0], intstr.Parse(port)) == 0 {
					t.Errorf("%s calls %s as %s, where it is not", kindOf(w), strings.ToLower(callee), value)
				}
			}
		}
	})
}

// TestIngress: what other sites call leads to transfer and everything else to the gateway, as docs/operations.md says.
func TestIngress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, m manifests) {
		for path, want := range map[string]string{
			"/":                                   "gateway",
			"/repositories/7/log":                 "gateway",
			"/edensync":                           "gateway",
			"/assets/index.js":                    "gateway",
			"/api/v1/repositories":                "gateway",
			"/api/v1/sync/sync.xml":               "gateway",
			"/docs/":                              "gateway",
			"/eden/sync/sync.xml":                 "transfer",
			"/eden/sync/repository/register.json": "transfer",
			"/eden/default/download/org_logo.0123456789.png": "transfer",
			"/eden/org/organisation/sync.xml":                "transfer",
			"/sync/sync.xml":                                 "transfer",
			"/sync/repository/register.json":                 "transfer",
			"/default/download/org_logo.0123456789.png":      "transfer",
		} {
			backend := route(t, m, "sync.example.org", path)
			service := named[*corev1.Service](t, m, backend.Name)
			if w := behind(m, service); w == nil || component(w) != want {
				t.Errorf("%s leads to %s; expected %s", path, backend.Name, want)
			}
			if !hasPort(service, backend.Port.Name) {
				t.Errorf("%s leads to the port %q, which %s does not have", path, backend.Port.Name, backend.Name)
			}
		}
	})
}

func hasPort(s *corev1.Service, name string) bool {
	for _, p := range s.Spec.Ports {
		if p.Name == name && name != "" {
			return true
		}
	}
	return false
}

// route finds the Service behind a path as the specification of Ingress says: an exact path first, then the longest
// one of which the segments begin the path.
func route(t *testing.T, m manifests, host, path string) *networkingv1.IngressServiceBackend {
	t.Helper()
	var best *networkingv1.IngressServiceBackend
	longest := -1
	for _, ingress := range all[*networkingv1.Ingress](m) {
		for _, rule := range ingress.Spec.Rules {
			for _, p := range rule.HTTP.Paths {
				prefix := strings.TrimSuffix(p.Path, "/") + "/"
				exact := *p.PathType == networkingv1.PathTypeExact && p.Path == path
				begins := *p.PathType == networkingv1.PathTypePrefix && strings.HasPrefix(path+"/", prefix)
				if rule.Host == host && (exact || begins && len(prefix) > longest) {
					best, longest = p.Backend.Service, len(prefix)
				}
				if rule.Host == host && exact {
					return p.Backend.Service
				}
			}
		}
	}
	if best == nil {
		t.Fatalf("no Ingress leads %s%s anywhere", host, path)
	}
	return best
}
