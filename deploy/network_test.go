package deploy_test

import (
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
)

// place is where traffic comes from or goes to: a pod, or an address outside of the cluster.
type place struct {
	name      string
	namespace string
	labels    map[string]string
	address   netip.Addr // outside only
}

func (p place) outside() bool { return p.address.IsValid() }

func (p place) ours() bool { return p.namespace == namespace && p.labels != nil }

// Places that are no part of the installation.
var (
	ingressController = place{name: "ingress controller", namespace: "ingress-nginx"}
	measuring         = place{name: "Prometheus", namespace: "monitoring"}
	operator          = place{name: "operator of the database", namespace: "cnpg-system", labels: map[string]string{nameLabel: "cloudnative-pg"}}
	nameServer        = place{name: "name server", namespace: "kube-system", labels: map[string]string{"k8s-app": "kube-dns"}}
	stranger          = place{name: "pod of somebody else", namespace: "default", labels: map[string]string{nameLabel: "edensync", componentLabel: "gateway"}}
	sibling           = place{name: "pod without labels in the same namespace", namespace: namespace}
	otherSite         = place{name: "other site", address: netip.MustParseAddr("203.0.113.7")}
	otherSite6        = place{name: "other site by IPv6", address: netip.MustParseAddr("2001:db8::7")}
	cloudMetadata     = place{name: "the machine's own metadata", address: netip.MustParseAddr("169.254.169.254")}
)

// elsewhere are the places that transfer may call: an Eden may also run in the same cluster.
var elsewhere = []place{ingressController, measuring, operator, stranger, sibling, otherSite, otherSite6}

const databasePort, operatorPort, exporterPort = 5432, 8000, 9187

// TestNetworkArrows: of all pairs of places and all ports exactly those may speak that the settings of the programs, and
// the picture in docs/architecture.md, name.
func TestNetworkArrows(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, overlay string, m manifests) {
		policies := all[*networkingv1.NetworkPolicy](m)
		places := podsOf(m)
		want := arrows(t, m)
		if overlay == "production" {
			database := place{name: "database", namespace: namespace, labels: all[*cluster](m)[0].Spec.InheritedMetadata.Labels}
			places = append(places, database)
			want = append(want, clusterArrows()...)
		}
		places = append(append(places, elsewhere...), nameServer, cloudMetadata)
		var got []string
		for _, from := range places {
			for _, to := range places {
				if !from.ours() && !to.ours() {
					continue
				}
				for _, port := range portsFor(to) {
					if from.name != to.name || from.name == "database" {
						got = append(got, allowed(t, policies, from, to, port)...)
					}
				}
			}
		}
		compare(t, got, want)
	})
}

func compare(t *testing.T, got, want []string) {
	t.Helper()
	for _, arrow := range got {
		if !slices.Contains(want, arrow) {
			t.Errorf("the policies allow %s; nothing needs it", arrow)
		}
	}
	for _, arrow := range want {
		if !slices.Contains(got, arrow) {
			t.Errorf("the policies forbid %s; it is needed", arrow)
		}
	}
}

// arrows are who calls whom: what programs can be told an address of, where they listen, and what they need of the
// cluster.
func arrows(t *testing.T, m manifests) []string {
	t.Helper()
	var want []string
	for _, w := range workloads(m) {
		name := component(w)
		want = append(want, arrow(name, nameServer.name, 53))
		if !runs(w) {
			continue
		}
		c := w.template.Spec.Containers[0]
		known := settings(t, imageName(c), c.Args...)
		for _, s := range known {
			_, port, _ := net.SplitHostPort(s.standard)
			number, _ := strconv.Atoi(port)
			switch callee, isAddress := strings.CutSuffix(s.flag, "-address"); {
			case isAddress:
				want = append(want, arrow(name, callee, number))
			case s.flag == "database":
				want = append(want, arrow(name, "database", databasePort))
			case s.flag == "health-listen":
				want = append(want, arrow(measuring.name, name, number))
			case s.flag == "peer-listen": // who is called by other sites also calls them
				want = append(want, arrow(ingressController.name, name, number))
				for _, to := range elsewhere {
					want = append(want, arrow(name, to.name, 443))
				}
			case s.flag == "listen" && name == "gateway": // for everybody
				want = append(want, arrow(ingressController.name, name, number))
			}
		}
	}
	return want
}

// clusterArrows are what the instances of the database need of each other and of their operator. Where they call is
// not restricted, but whom they call restricts that.
func clusterArrows() []string {
	want := []string{arrow(measuring.name, "database", exporterPort), arrow("database", nameServer.name, 53)}
	for _, port := range []int{databasePort, operatorPort} {
		want = append(want, arrow("database", "database", port), arrow(operator.name, "database", port))
	}
	for _, to := range append(slices.Clone(elsewhere), cloudMetadata) {
		want = append(want, arrow("database", to.name, 443))
	}
	return want
}

func arrow(from, to string, port int) string { return fmt.Sprintf("%s → %s:%d", from, to, port) }

func podsOf(m manifests) []place {
	var pods []place
	for _, w := range workloads(m) {
		pods = append(pods, place{name: component(w), namespace: namespace, labels: w.template.Labels})
	}
	return pods
}

// portsFor are the ports at which something might be called.
func portsFor(to place) []int {
	switch {
	case to.name == nameServer.name:
		return []int{53}
	case to.ours():
		return []int{443, 8080, 9101, 9102, 9103, 9104, 9123, 9201, 9202, 9203, 9204, 9205, databasePort, operatorPort, exporterPort}
	default:
		return []int{443}
	}
}

// allowed is the arrow, if both ends allow it.
func allowed(t *testing.T, policies []*networkingv1.NetworkPolicy, from, to place, port int) []string {
	t.Helper()
	if goesOut(t, policies, from, to, port) && comesIn(t, policies, from, to, port) {
		return []string{arrow(from.name, to.name, port)}
	}
	return nil
}

func goesOut(t *testing.T, policies []*networkingv1.NetworkPolicy, from, to place, port int) bool {
	t.Helper()
	restricted := false
	for _, p := range policies {
		if from.namespace != namespace || !matches(t, &p.Spec.PodSelector, from.labels) || !slices.Contains(p.Spec.PolicyTypes, networkingv1.PolicyTypeEgress) {
			continue
		}
		restricted = true
		for _, rule := range p.Spec.Egress {
			if fits(t, rule.To, to) && open(t, rule.Ports, port) {
				return true
			}
		}
	}
	return !restricted
}

func comesIn(t *testing.T, policies []*networkingv1.NetworkPolicy, from, to place, port int) bool {
	t.Helper()
	restricted := false
	for _, p := range policies {
		if to.namespace != namespace || !matches(t, &p.Spec.PodSelector, to.labels) || !slices.Contains(p.Spec.PolicyTypes, networkingv1.PolicyTypeIngress) {
			continue
		}
		restricted = true
		for _, rule := range p.Spec.Ingress {
			if fits(t, rule.From, from) && open(t, rule.Ports, port) {
				return true
			}
		}
	}
	return !restricted
}

// fits says whether a place is among peers. None at all means everybody. Blocks of addresses may or may not count for
// pods, depending on the cluster; here they count, which is the worse case.
func fits(t *testing.T, peers []networkingv1.NetworkPolicyPeer, p place) bool {
	t.Helper()
	return len(peers) == 0 || slices.ContainsFunc(peers, func(peer networkingv1.NetworkPolicyPeer) bool {
		if peer.IPBlock != nil {
			return inBlock(t, peer.IPBlock, p)
		}
		if p.outside() {
			return false
		}
		sameNamespace := p.namespace == namespace
		if peer.NamespaceSelector != nil {
			sameNamespace = matches(t, peer.NamespaceSelector, map[string]string{"kubernetes.io/metadata.name": p.namespace})
		}
		return sameNamespace && (peer.PodSelector == nil || matches(t, peer.PodSelector, p.labels))
	})
}

func inBlock(t *testing.T, block *networkingv1.IPBlock, p place) bool {
	t.Helper()
	address := p.address
	if !p.outside() {
		address = netip.MustParseAddr("10.0.0.1") // a pod
	}
	within := func(cidr string) bool {
		prefix, err := netip.ParsePrefix(cidr)
		if err != nil {
			t.Fatal(err)
		}
		return prefix.Contains(address)
	}
	return within(block.CIDR) && !slices.ContainsFunc(block.Except, within)
}

func open(t *testing.T, ports []networkingv1.NetworkPolicyPort, port int) bool {
	t.Helper()
	return len(ports) == 0 || slices.ContainsFunc(ports, func(p networkingv1.NetworkPolicyPort) bool {
		first := p.Port.IntValue()
		last := first
		if p.EndPort != nil {
			last = int(*p.EndPort)
		}
		return *p.Protocol == corev1.ProtocolTCP && first <= port && port <= last
	})
}

// TestEveryPodIsUnderAPolicy: a pod that no policy names would speak with everybody.
func TestEveryPodIsUnderAPolicy(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, _ string, m manifests) {
		nothing := named[*networkingv1.NetworkPolicy](t, m, "edensync-nothing")
		if len(nothing.Spec.Ingress)+len(nothing.Spec.Egress) > 0 || len(nothing.Spec.PolicyTypes) != 2 {
			t.Error("the policy that forbids everything allows something")
		}
		pods := podsOf(m)
		for _, c := range all[*cluster](m) {
			labels := maps.Clone(c.Spec.InheritedMetadata.Labels)
			pods = append(pods, place{name: c.Name, labels: labels})
		}
		for _, pod := range pods {
			if !matches(t, &nothing.Spec.PodSelector, pod.labels) {
				t.Errorf("pods of %s are under no policy", pod.name)
			}
		}
	})
}
