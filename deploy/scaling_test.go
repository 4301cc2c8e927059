package deploy_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
)

// How many connections a service's process opens at most (sqldb.Options.MaxOpen), and how many PostgreSQL needs itself.
const (
	connectionsOfProcess = 8
	connectionsReserved  = 10
)

// atMost is how many pods of a Deployment there are at most, without those that a rollout adds.
func atMost(m manifests, d *appsv1.Deployment) int32 {
	for _, h := range all[*autoscalingv2.HorizontalPodAutoscaler](m) {
		if h.Spec.ScaleTargetRef.Name == d.Name {
			return h.Spec.MaxReplicas
		}
	}
	return replicas(d.Spec.Replicas)
}

func replicas(n *int32) int32 {
	if n == nil {
		return 1
	}
	return *n
}

func TestSmallHasOneOfEach(t *testing.T) {
	t.Parallel()
	m, err := render["small"]()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all[*appsv1.Deployment](m) {
		if atMost(m, d) != 1 {
			t.Errorf("there are %d of %s", atMost(m, d), d.Name)
		}
		for _, v := range d.Spec.Template.Spec.Volumes {
			if v.PersistentVolumeClaim == nil {
				continue
			}
			claim := named[*corev1.PersistentVolumeClaim](t, m, v.PersistentVolumeClaim.ClaimName)
			if !slices.Equal(claim.Spec.AccessModes, []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}) || d.Spec.Strategy.Type != appsv1.RecreateDeploymentStrategyType {
				t.Errorf("%s needs more of its volume than one machine at a time, or keeps it while a new pod wants it", d.Name)
			}
		}
	}
	if set := named[*appsv1.StatefulSet](t, m, "edensync-database"); replicas(set.Spec.Replicas) != 1 {
		t.Errorf("%d databases would not know of each other", replicas(set.Spec.Replicas))
	}
}

// TestProductionSurvivesOneLoss: there are two of each at least, on different machines where possible, never all of a
// kind taken away on purpose, and what they share can be mounted by all.
func TestProductionSurvivesOneLoss(t *testing.T) {
	t.Parallel()
	m, err := render["production"]()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all[*appsv1.Deployment](m) {
		scaler := scalerOf(m, d)
		switch {
		case scaler == nil && replicas(d.Spec.Replicas) < 2:
			t.Errorf("there is one of %s", d.Name)
		case scaler != nil && d.Spec.Replicas != nil:
			t.Errorf("%s and its autoscaler both say how many there are", d.Name)
		case scaler != nil && (replicas(scaler.Spec.MinReplicas) < 2 || scaler.Spec.MaxReplicas <= *scaler.Spec.MinReplicas):
			t.Errorf("%s is scaled from %d to %d", d.Name, replicas(scaler.Spec.MinReplicas), scaler.Spec.MaxReplicas)
		}
		if component(d) == "gateway" || component(d) == "transfer" {
			if scaler == nil {
				t.Errorf("%s does not follow the work", d.Name)
			}
		}
		checkRollout(t, d)
		checkSpread(t, d)
		checkBudget(t, m, d)
		for _, v := range d.Spec.Template.Spec.Volumes {
			if v.PersistentVolumeClaim != nil {
				claim := named[*corev1.PersistentVolumeClaim](t, m, v.PersistentVolumeClaim.ClaimName)
				if !slices.Equal(claim.Spec.AccessModes, []corev1.PersistentVolumeAccessMode{corev1.ReadWriteMany}) {
					t.Errorf("pods of %s share the volume %s, which only one machine can mount", d.Name, claim.Name)
				}
			}
		}
	}
}

func scalerOf(m manifests, d *appsv1.Deployment) *autoscalingv2.HorizontalPodAutoscaler {
	for _, h := range all[*autoscalingv2.HorizontalPodAutoscaler](m) {
		if h.Spec.ScaleTargetRef.Kind == "Deployment" && h.Spec.ScaleTargetRef.Name == d.Name {
			return h
		}
	}
	return nil
}

func checkRollout(t *testing.T, d *appsv1.Deployment) {
	t.Helper()
	update := d.Spec.Strategy.RollingUpdate
	if update == nil || update.MaxUnavailable.IntValue() != 0 || update.MaxSurge.IntValue() != 1 {
		t.Errorf("a new version of %s does not start one by one", d.Name)
	}
}

func checkSpread(t *testing.T, d *appsv1.Deployment) {
	t.Helper()
	var keys []string
	for _, c := range d.Spec.Template.Spec.TopologySpreadConstraints {
		keys = append(keys, c.TopologyKey)
		if !matches(t, c.LabelSelector, d.Spec.Template.Labels) || !slices.Contains(c.MatchLabelKeys, componentLabel) {
			t.Errorf("%s spreads pods that are not its own over %s", d.Name, c.TopologyKey)
		}
	}
	if !slices.Equal(keys, []string{corev1.LabelTopologyZone, corev1.LabelHostname}) {
		t.Errorf("%s is spread over %q", d.Name, keys)
	}
}

// checkBudget: exactly one budget, which lets one pod go at a time.
func checkBudget(t *testing.T, m manifests, d *appsv1.Deployment) {
	t.Helper()
	n := 0
	for _, b := range all[*policyv1.PodDisruptionBudget](m) {
		if matches(t, b.Spec.Selector, d.Spec.Template.Labels) {
			n++
			if b.Spec.MaxUnavailable == nil || b.Spec.MaxUnavailable.IntValue() != 1 {
				t.Errorf("the budget %s does not let one pod go at a time", b.Name)
			}
		}
	}
	if n != 1 {
		t.Errorf("%s has %d disruption budgets", d.Name, n)
	}
}

func TestProductionDatabaseLosesNothing(t *testing.T) {
	t.Parallel()
	m, err := render["production"]()
	if err != nil {
		t.Fatal(err)
	}
	s := named[*cluster](t, m, "edensync-database").Spec
	sync := s.PostgreSQL.Synchronous
	if s.Instances != 3 || sync.Method != "any" || sync.Number != 1 || sync.DataDurability != "required" || !sync.FailoverQuorum {
		t.Errorf("an acknowledged commit may be lost: %d instances, %+v", s.Instances, sync)
	}
	if s.Affinity.PodAntiAffinityType != "required" || s.Affinity.TopologyKey != corev1.LabelHostname {
		t.Errorf("two instances may stand on one machine: %+v", s.Affinity)
	}
	if !s.Bootstrap.InitDB.DataChecksums || !isDefaultSeccomp(s.SeccompProfile) {
		t.Error("the database has no checksums, or no filter of system calls")
	}
}

// TestConnections: PostgreSQL has room for all pods that there can be, one more of each during a rollout, and the
// migration.
func TestConnections(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, overlay string, m manifests) {
		var room int
		if overlay == "production" {
			room, _ = strconv.Atoi(named[*cluster](t, m, "edensync-database").Spec.PostgreSQL.Parameters["max_connections"])
		} else {
			args := named[*appsv1.StatefulSet](t, m, "edensync-database").Spec.Template.Spec.Containers[0].Args
			if i := slices.IndexFunc(args, func(a string) bool { return len(a) > 16 && a[:16] == "max_connections=" }); i >= 0 {
				room, _ = strconv.Atoi(args[i][16:])
			}
		}
		need := connectionsReserved + connectionsOfProcess // the migration
		for _, d := range all[*appsv1.Deployment](m) {
			if component(d) != "gateway" {
				need += connectionsOfProcess * (int(atMost(m, d)) + 1)
			}
			if component(d) == "transfer" {
				need += int(atMost(m, d)) + 1 // on which it listens
			}
		}
		if room < need {
			t.Errorf("PostgreSQL allows %d connections; %d may be wanted", room, need)
		}
		if page := operations(t); !strings.Contains(page, fmt.Sprintf("%d in `%s`, which allows %d", need, overlay, room)) &&
			!strings.Contains(page, fmt.Sprintf("%d in `%s` with all six of transfer, which allows %d", need, overlay, room)) {
			t.Errorf("docs/operations.md tells other numbers than %d of %d", need, room)
		}
	})
}
