package deploy_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const (
	nameLabel      = "app.kubernetes.io/name"
	componentLabel = "app.kubernetes.io/component"
	versionLabel   = "app.kubernetes.io/version"
)

// recommended are the labels that everything has, apart from the version, which the database does not share.
var recommended = []string{nameLabel, componentLabel, "app.kubernetes.io/instance", "app.kubernetes.io/part-of", "app.kubernetes.io/managed-by"}

func TestLabels(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, m manifests) {
		for _, o := range m {
			checkLabels(t, kindOf(o), o.GetLabels())
			if _, isNamespace := o.(*corev1.Namespace); !isNamespace && o.GetNamespace() != namespace {
				t.Errorf("%s is in the namespace %q", kindOf(o), o.GetNamespace())
			}
		}
		for _, w := range workloads(m) {
			checkLabels(t, "pod of "+kindOf(w), w.template.Labels)
			if w.template.Labels[componentLabel] != component(w) {
				t.Errorf("%s makes pods of %s", kindOf(w), w.template.Labels[componentLabel])
			}
			if image := w.template.Spec.Containers[0].Image; strings.HasPrefix(image, "edensync") && !strings.HasSuffix(image, ":"+w.template.Labels[versionLabel]) {
				t.Errorf("%s says it is version %s and runs %s", kindOf(w), w.template.Labels[versionLabel], image)
			}
		}
	})
}

func checkLabels(t *testing.T, what string, have map[string]string) {
	t.Helper()
	for _, label := range recommended {
		if have[label] == "" {
			t.Errorf("%s lacks the label %s", what, label)
		}
	}
}

// component is what a workload is part of the installation.
func component(o object) string { return o.GetLabels()[componentLabel] }

func TestSelectors(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, m manifests) {
		taken := map[string]string{}
		for _, w := range workloads(m) {
			if w.selector == nil {
				continue
			}
			if !matches(t, w.selector, w.template.Labels) {
				t.Errorf("%s does not select its own pods", kindOf(w))
			}
			if _, versioned := w.selector.MatchLabels[versionLabel]; versioned {
				t.Errorf("%s selects by the version: it could not be upgraded", kindOf(w))
			}
			key := fmt.Sprint(w.selector.MatchLabels)
			if other := taken[key]; other != "" {
				t.Errorf("%s and %s select the same pods", kindOf(w), other)
			}
			taken[key] = kindOf(w)
		}
		for _, s := range all[*corev1.Service](m) {
			checkService(t, m, s)
		}
	})
}

func matches(t *testing.T, s *metav1.LabelSelector, have map[string]string) bool {
	t.Helper()
	selector, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		t.Fatal(err)
	}
	return selector.Matches(labels.Set(have))
}

// checkService: a Service leads to the pods of exactly one workload, and each of its ports to one of theirs.
func checkService(t *testing.T, m manifests, s *corev1.Service) {
	t.Helper()
	w := behind(m, s)
	if w == nil {
		t.Errorf("Service %s leads to no pods, or to those of several", s.Name)
		return
	}
	for _, port := range s.Spec.Ports {
		target := portOf(w.template.Spec.Containers[0], port.TargetPort)
		if target == 0 || target != port.Port {
			t.Errorf("the port %s of Service %s leads to %d, and is itself %d", port.Name, s.Name, target, port.Port)
		}
		if port.Name == "grpc" && s.Spec.ClusterIP != corev1.ClusterIPNone {
			t.Errorf("Service %s hides its pods: callers would stay with one of them", s.Name)
		}
	}
}

// behind is the workload that a Service leads to; nil if there is not exactly one.
func behind(m manifests, s *corev1.Service) *workload {
	var found []workload
	for _, w := range workloads(m) {
		if len(s.Spec.Selector) > 0 && labels.SelectorFromSet(s.Spec.Selector).Matches(labels.Set(w.template.Labels)) {
			found = append(found, w)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return &found[0]
}

// portOf is the number of a container's port by name or number; 0 if it has none such.
func portOf(c corev1.Container, port intstr.IntOrString) int32 {
	for _, p := range c.Ports {
		if p.Name == port.StrVal && port.Type == intstr.String || p.ContainerPort == port.IntVal && port.Type == intstr.Int {
			return p.ContainerPort
		}
	}
	return 0
}

// TestReferences: what a manifest names by its name is there, or is among what docs/operations.md tells to make.
func TestReferences(t *testing.T) {
	t.Parallel()
	byHand := map[string]map[string][]string{
		"small": {
			"edensync-cluster": {"key"}, "edensync-admin": {"password"}, "edensync-public-tls": {"tls.crt", "tls.key"},
			"edensync-database-app": {"username", "password", "uri"},
		},
		"production": {"edensync-cluster": {"key"}, "edensync-admin": {"password"}, "edensync-public-tls": {"tls.crt", "tls.key"}},
	}
	each(t, func(t *testing.T, overlay string, m manifests) {
		there := maps.Clone(byHand[overlay])
		for _, c := range all[*cluster](m) {
			there[c.Name+"-app"] = []string{"username", "password", "dbname", "host", "port", "uri"}
			there[c.Name+"-ca"] = []string{"ca.crt", "ca.key"}
		}
		for _, c := range all[*certmanagerv1.Certificate](m) {
			there[c.Spec.SecretName] = []string{"ca.crt", "tls.crt", "tls.key"}
		}
		used := map[string]bool{}
		for _, ref := range secretReferences(m) {
			used[ref.name] = true
			if !slices.Contains(there[ref.name], ref.key) {
				t.Errorf("%s needs the key %s of the Secret %s, which nobody makes", ref.by, ref.key, ref.name)
			}
		}
		for name := range byHand[overlay] {
			if !used[name] {
				t.Errorf("the Secret %s has to be made by hand, and nothing needs it", name)
			}
		}
		if len(all[*corev1.Secret](m)) > 0 {
			t.Error("a Secret stands among the manifests")
		}
		checkClaims(t, m)
		checkConfigMaps(t, m)
	})
}

type secretReference struct{ by, name, key string }

func secretReferences(m manifests) []secretReference {
	var refs []secretReference
	for _, w := range workloads(m) {
		for _, v := range w.template.Spec.Volumes {
			if v.Secret != nil {
				refs = append(refs, keysOf(w, v.Secret.SecretName, v.Secret.Items, "tls.crt", "tls.key", "ca.crt")...)
			}
			if v.Projected == nil {
				continue
			}
			for _, source := range v.Projected.Sources {
				refs = append(refs, keysOf(w, source.Secret.Name, source.Secret.Items)...)
			}
		}
		for _, e := range w.template.Spec.Containers[0].Env {
			if e.ValueFrom != nil {
				refs = append(refs, secretReference{kindOf(w), e.ValueFrom.SecretKeyRef.Name, e.ValueFrom.SecretKeyRef.Key})
			}
		}
	}
	for _, i := range all[*networkingv1.Ingress](m) {
		refs = append(refs, keysOf(i, i.Spec.TLS[0].SecretName, nil, "tls.crt", "tls.key")...)
	}
	for _, issuer := range all[*certmanagerv1.Issuer](m) {
		if issuer.Spec.CA != nil {
			refs = append(refs, keysOf(issuer, issuer.Spec.CA.SecretName, nil, "tls.crt", "tls.key")...)
		}
	}
	for _, monitor := range all[*monitoringv1.ServiceMonitor](m) {
		for _, e := range monitor.Spec.Endpoints {
			if e.TLSConfig != nil {
				refs = append(refs, secretReference{kindOf(monitor), e.TLSConfig.CA.Secret.Name, e.TLSConfig.CA.Secret.Key})
			}
		}
	}
	return refs
}

// keysOf are references to the keys that items name, or to otherwise when all of them are taken.
func keysOf(by object, name string, items []corev1.KeyToPath, otherwise ...string) []secretReference {
	var refs []secretReference
	for _, item := range items {
		refs = append(refs, secretReference{kindOf(by), name, item.Key})
	}
	if len(items) > 0 {
		return refs
	}
	for _, key := range otherwise {
		refs = append(refs, secretReference{kindOf(by), name, key})
	}
	return refs
}

func checkClaims(t *testing.T, m manifests) {
	t.Helper()
	for _, w := range workloads(m) {
		for _, v := range w.template.Spec.Volumes {
			if v.PersistentVolumeClaim != nil {
				named[*corev1.PersistentVolumeClaim](t, m, v.PersistentVolumeClaim.ClaimName)
			}
		}
	}
}

func checkConfigMaps(t *testing.T, m manifests) {
	t.Helper()
	for _, w := range workloads(m) {
		for _, from := range w.template.Spec.Containers[0].EnvFrom {
			if from.ConfigMapRef == nil {
				t.Errorf("%s takes all variables of a Secret", kindOf(w))
				continue
			}
			named[*corev1.ConfigMap](t, m, from.ConfigMapRef.Name)
		}
	}
}

// TestCertificates: what a program shows is valid under the names by which it is called, as server and as client, and
// Prometheus calls all of them by one name.
func TestCertificates(t *testing.T) {
	t.Parallel()
	m := production(t)
	certificates := map[string]*certmanagerv1.Certificate{}
	for _, c := range all[*certmanagerv1.Certificate](m) {
		certificates[c.Spec.SecretName] = c
	}
	for _, s := range all[*corev1.Service](m) {
		w := behind(m, s)
		key, ok := source(*w, environment(t, m, w.template.Spec.Containers[0])["EDENSYNC_TLS_CERT"])
		c := certificates[key.name]
		if !ok || c == nil {
			t.Errorf("nothing signs the certificate of %s", kindOf(w))
			continue
		}
		if !slices.Contains(c.Spec.DNSNames, s.Name) || !slices.Contains(c.Spec.DNSNames, "edensync-health") {
			t.Errorf("the certificate of %s is not valid for %s: %q", kindOf(w), s.Name, c.Spec.DNSNames)
		}
		if !slices.Contains(c.Spec.Usages, certmanagerv1.UsageServerAuth) || !slices.Contains(c.Spec.Usages, certmanagerv1.UsageClientAuth) {
			t.Errorf("the certificate of %s is for %q", kindOf(w), c.Spec.Usages)
		}
		issuer := named[*certmanagerv1.Issuer](t, m, c.Spec.IssuerRef.Name)
		if issuer.Spec.CA == nil || !certificates[issuer.Spec.CA.SecretName].Spec.IsCA {
			t.Errorf("the certificate of %s is not signed by the authority of the installation", kindOf(w))
		}
	}
}
