package deploy_test

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// cluster is the part of CloudNativePG's resource Cluster that the manifests use. Its module cannot be had, so the fields
// stand here, named as in the operator's definition; anything else in a manifest is refused.
type cluster struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Spec clusterSpec `json:"spec"`
}

type clusterSpec struct {
	Instances         int32           `json:"instances"`
	ImageCatalogRef   imageCatalogRef `json:"imageCatalogRef"`
	InheritedMetadata struct {
		Labels map[string]string `json:"labels"`
	} `json:"inheritedMetadata"`
	Bootstrap struct {
		InitDB struct {
			Database      string `json:"database"`
			Owner         string `json:"owner"`
			DataChecksums bool   `json:"dataChecksums"`
		} `json:"initdb"`
	} `json:"bootstrap"`
	PostgreSQL struct {
		Synchronous struct {
			Method         string `json:"method"`
			Number         int32  `json:"number"`
			DataDurability string `json:"dataDurability"`
			FailoverQuorum bool   `json:"failoverQuorum"`
		} `json:"synchronous"`
		Parameters map[string]string `json:"parameters"`
	} `json:"postgresql"`
	Affinity struct {
		TopologyKey         string `json:"topologyKey"`
		PodAntiAffinityType string `json:"podAntiAffinityType"`
	} `json:"affinity"`
	SeccompProfile *corev1.SeccompProfile      `json:"seccompProfile"`
	Storage        clusterStorage              `json:"storage"`
	WALStorage     clusterStorage              `json:"walStorage"`
	Resources      corev1.ResourceRequirements `json:"resources"`
}

type imageCatalogRef struct {
	APIGroup string `json:"apiGroup"`
	Kind     string `json:"kind"`
	Name     string `json:"name"`
	Major    int32  `json:"major"`
}

type clusterStorage struct {
	Size string `json:"size"`
}

// DeepCopyObject makes cluster an object of the API; nothing changes objects here, so it may be shared.
func (c *cluster) DeepCopyObject() runtime.Object { return c }

func addCluster(scheme *runtime.Scheme) error {
	scheme.AddKnownTypeWithName(schema.GroupVersionKind{Group: "postgresql.cnpg.io", Version: "v1", Kind: "Cluster"}, &cluster{})
	return nil
}
