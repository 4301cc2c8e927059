package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// stopTimeout is how long a process takes at most to end in good order: the default of process.Group.
const stopTimeout = 20

func TestPodsAreRestricted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, m manifests) {
		for _, w := range workloads(m) {
			checkPod(t, w)
			if account := w.template.Spec.ServiceAccountName; account != w.GetName() {
				t.Errorf("pods of %s have the account %s, not their own", kindOf(w), account)
			}
		}
	})
}

// TestTasks: what is started by hand is as restricted as what runs always, and its arguments are those of the program.
func TestTasks(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("k8s", "tasks", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no tasks: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		o, err := decode(text)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, w := range workloads(manifests{o}) {
			checkPod(t, w)
			checkLabels(t, file, w.template.Labels)
			for _, v := range w.template.Spec.Volumes {
				named[*corev1.PersistentVolumeClaim](t, production(t), v.PersistentVolumeClaim.ClaimName)
			}
			c := w.template.Spec.Containers[0]
			if !runs(w) {
				continue
			}
			if c.Image != named[*batchv1.Job](t, production(t), "edensync-migrate").Spec.Template.Spec.Containers[0].Image {
				t.Errorf("%s runs another version: %s", file, c.Image)
			}
			known := flags(t, imageName(c), c.Args[0])
			for _, arg := range c.Args[1:] {
				name, _, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
				if !known[name] {
					t.Errorf("%s says %s, which the program does not know", file, arg)
				}
			}
		}
	}
}

// restricted is the judgement of Kubernetes itself by its strictest standard for pods.
var restricted = sync.OnceValues(func() (policy.Evaluator, error) { return policy.NewEvaluator(policy.DefaultChecks(), nil) })

func checkPod(t *testing.T, w workload) {
	t.Helper()
	pod := w.template.Spec
	evaluator, err := restricted()
	if err != nil {
		t.Fatal(err)
	}
	for _, judged := range evaluator.EvaluatePod(api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}, &w.template.ObjectMeta, &pod) {
		if !judged.Allowed {
			t.Errorf("a namespace of level restricted refuses pods of %s: %s (%s)", kindOf(w), judged.ForbiddenReason, judged.ForbiddenDetail)
		}
	}
	for what, holds := range map[string]bool{
		"run as a user that is not root":    pod.SecurityContext != nil && isTrue(pod.SecurityContext.RunAsNonRoot),
		"name the number of the user":       pod.SecurityContext != nil && positive(pod.SecurityContext.RunAsUser) && positive(pod.SecurityContext.RunAsGroup),
		"give volumes to the group":         pod.SecurityContext != nil && positive(pod.SecurityContext.FSGroup),
		"filter system calls":               pod.SecurityContext != nil && isDefaultSeccomp(pod.SecurityContext.SeccompProfile),
		"have no key for the cluster's API": isFalse(pod.AutomountServiceAccountToken),
		"get no variables of services":      isFalse(pod.EnableServiceLinks),
		"stay out of the host's namespaces": !pod.HostNetwork && !pod.HostPID && !pod.HostIPC,
		"have exactly one container":        len(pod.Containers) == 1 && len(pod.InitContainers) == 0,
	} {
		if !holds {
			t.Errorf("pods of %s must %s", kindOf(w), what)
		}
	}
	for _, c := range pod.Containers {
		checkContainer(t, w, c)
	}
	checkVolumes(t, w)
}

func checkContainer(t *testing.T, w workload, c corev1.Container) {
	t.Helper()
	s := c.SecurityContext
	if s == nil {
		t.Errorf("%s has no security context", kindOf(w))
		return
	}
	for what, holds := range map[string]bool{
		"gain no privileges":               isFalse(s.AllowPrivilegeEscalation) && (s.Privileged == nil || !*s.Privileged),
		"have a root file system to read":  isTrue(s.ReadOnlyRootFilesystem),
		"have no capabilities":             s.Capabilities != nil && slices.Equal(s.Capabilities.Drop, []corev1.Capability{"ALL"}) && len(s.Capabilities.Add) == 0,
		"not undo what holds for the pod":  s.RunAsUser == nil && s.RunAsNonRoot == nil && s.SeccompProfile == nil,
		"ask for processor and memory":     !c.Resources.Requests.Cpu().IsZero() && !c.Resources.Requests.Memory().IsZero(),
		"be limited in both":               !c.Resources.Limits.Cpu().IsZero() && !c.Resources.Limits.Memory().IsZero(),
		"ask for no more than its limit":   c.Resources.Requests.Cpu().Cmp(*c.Resources.Limits.Cpu()) <= 0 && c.Resources.Requests.Memory().Cmp(*c.Resources.Limits.Memory()) <= 0,
		"have an image of a fixed version": regexp.MustCompile(`^[a-z-]+:\d+\.\d+`).MatchString(c.Image),
		"open no port of the host":         !slices.ContainsFunc(c.Ports, func(p corev1.ContainerPort) bool { return p.HostPort != 0 }),
	} {
		if !holds {
			t.Errorf("the container of %s must %s", kindOf(w), what)
		}
	}
}

// checkVolumes: what can be written is a folder for temporary files or a volume of the program's own; Secrets are
// mounted to be read by the group alone; everything that is mounted exists.
func checkVolumes(t *testing.T, w workload) {
	t.Helper()
	pod := w.template.Spec
	known := map[string]corev1.Volume{}
	for _, v := range pod.Volumes {
		known[v.Name] = v
	}
	if set, ok := w.object.(*appsv1.StatefulSet); ok {
		for _, claim := range set.Spec.VolumeClaimTemplates {
			known[claim.Name] = corev1.Volume{Name: claim.Name, VolumeSource: corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{}}}
		}
	}
	for _, mount := range pod.Containers[0].VolumeMounts {
		v, exists := known[mount.Name]
		delete(known, mount.Name)
		switch {
		case !exists:
			t.Errorf("%s mounts the volume %s, which is not there", kindOf(w), mount.Name)
		case v.EmptyDir != nil:
			if v.EmptyDir.SizeLimit.IsZero() {
				t.Errorf("the volume %s of %s may grow without limit", v.Name, kindOf(w))
			}
		case v.Secret != nil, v.Projected != nil:
			mode := modeOf(v)
			if mode != 0o440 || !mount.ReadOnly || !strings.HasPrefix(mount.MountPath, "/run/secrets/") {
				t.Errorf("secrets of %s must be below /run/secrets, for the group alone, read only; %s has mode %o", kindOf(w), v.Name, mode)
			}
		case v.PersistentVolumeClaim == nil:
			t.Errorf("the volume %s of %s is of a kind that it should not need", v.Name, kindOf(w))
		}
	}
	for name := range known {
		t.Errorf("%s has the volume %s and does not mount it", kindOf(w), name)
	}
}

// modeOf are the rights of the files of a volume of Secrets.
func modeOf(v corev1.Volume) int32 {
	if v.Secret != nil {
		return *v.Secret.DefaultMode
	}
	return *v.Projected.DefaultMode
}

// TestPodsEndInGoodOrder: a pod is given the time that its process takes, after the time in which others still find it.
func TestPodsEndInGoodOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, m manifests) {
		for _, d := range all[*appsv1.Deployment](m) {
			pod := d.Spec.Template.Spec
			hook := pod.Containers[0].Lifecycle
			if hook == nil || hook.PreStop == nil || hook.PreStop.Sleep == nil || hook.PreStop.Sleep.Seconds < 5 {
				t.Errorf("%s ends before others know that it does", d.Name)
				continue
			}
			if need := hook.PreStop.Sleep.Seconds + stopTimeout; pod.TerminationGracePeriodSeconds == nil || *pod.TerminationGracePeriodSeconds < need+5 {
				t.Errorf("%s is killed before the %d seconds that it may need are over", d.Name, need)
			}
		}
	})
}

// TestNamespaceIsRestricted: the cluster itself refuses pods that ask for more.
func TestNamespaceIsRestricted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, m manifests) {
		ns := named[*corev1.Namespace](t, m, namespace)
		if got := ns.Labels["pod-security.kubernetes.io/enforce"]; got != "restricted" {
			t.Errorf("the namespace enforces %q", got)
		}
		for _, account := range all[*corev1.ServiceAccount](m) {
			if !isFalse(account.AutomountServiceAccountToken) {
				t.Errorf("the account %s hands out keys for the cluster's API", account.Name)
			}
		}
	})
}

func isTrue(b *bool) bool { return b != nil && *b }

func isFalse(b *bool) bool { return b != nil && !*b }

func positive(n *int64) bool { return n != nil && *n > 0 }

func isDefaultSeccomp(p *corev1.SeccompProfile) bool {
	return p != nil && p.Type == corev1.SeccompProfileTypeRuntimeDefault
}
