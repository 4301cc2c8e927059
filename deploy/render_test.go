package deploy_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// namespace is where everything is installed.
const namespace = "edensync"

// object is anything that a manifest describes.
type object interface {
	runtime.Object
	metav1.Object
}

// manifests are all objects of an overlay.
type manifests []object

var render = map[string]func() (manifests, error){
	"small":      sync.OnceValues(func() (manifests, error) { return rendered(filepath.Join("k8s", "overlays", "small")) }),
	"production": sync.OnceValues(func() (manifests, error) { return rendered(filepath.Join("k8s", "overlays", "production")) }),
}

// each runs test on every overlay.
func each(t *testing.T, test func(t *testing.T, overlay string, m manifests)) {
	t.Helper()
	for overlay, render := range render {
		t.Run(overlay, func(t *testing.T) {
			t.Parallel()
			m, err := render()
			if err != nil {
				t.Fatal(err)
			}
			test(t, overlay, m)
		})
	}
}

// rendered are the objects that a folder with a kustomization describes.
func rendered(folder string) (manifests, error) {
	kustomizer := krusty.MakeKustomizer(krusty.MakeDefaultOptions())
	made, err := kustomizer.Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		return nil, fmt.Errorf("render %s: %w", folder, err)
	}
	var all manifests
	for _, resource := range made.Resources() {
		text, err := resource.AsYAML()
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", resource.CurId(), err)
		}
		decoded, err := decode(text)
		if err != nil {
			return nil, fmt.Errorf("read %s of %s: %w", resource.CurId(), folder, err)
		}
		all = append(all, decoded)
	}
	return all, nil
}

// decode reads a manifest. Kinds that are not known and fields that a kind does not have are refused.
func decode(text []byte) (object, error) {
	decoder, err := strictDecoder()
	if err != nil {
		return nil, err
	}
	decoded, _, err := decoder.Decode(text, nil, nil)
	if err != nil {
		return nil, err
	}
	return decoded.(object), nil
}

var strictDecoder = sync.OnceValues(func() (runtime.Decoder, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme,
		autoscalingv2.AddToScheme, monitoringv1.AddToScheme, certmanagerv1.AddToScheme, addCluster,
	} {
		if err := add(scheme); err != nil {
			return nil, fmt.Errorf("known kinds: %w", err)
		}
	}
	return json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, json.SerializerOptions{Yaml: true, Strict: true}), nil
})

// all are the objects of one type, such as *corev1.Service.
func all[T object](m manifests) []T {
	var found []T
	for _, o := range m {
		if o, ok := o.(T); ok {
			found = append(found, o)
		}
	}
	return found
}

// named is the object of a type with a name.
func named[T object](t *testing.T, m manifests, name string) T {
	t.Helper()
	for _, o := range all[T](m) {
		if o.GetName() == name {
			return o
		}
	}
	var none T
	t.Fatalf("there is no %T %s", none, name)
	return none
}

// kindOf is the kind of an object, for messages.
func kindOf(o object) string {
	return o.GetObjectKind().GroupVersionKind().Kind + " " + o.GetName() + o.GetGenerateName()
}

// workload is anything that makes pods.
type workload struct {
	object
	template corev1.PodTemplateSpec
	selector *metav1.LabelSelector // nil where the cluster makes one
}

func workloads(m manifests) []workload {
	var found []workload
	for _, o := range m {
		switch o := o.(type) {
		case *appsv1.Deployment:
			found = append(found, workload{o, o.Spec.Template, o.Spec.Selector})
		case *appsv1.StatefulSet:
			found = append(found, workload{o, o.Spec.Template, o.Spec.Selector})
		case *batchv1.Job:
			found = append(found, workload{o, o.Spec.Template, o.Spec.Selector})
		case *corev1.Pod:
			found = append(found, workload{o, corev1.PodTemplateSpec{ObjectMeta: o.ObjectMeta, Spec: o.Spec}, nil})
		}
	}
	return found
}
