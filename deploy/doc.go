// Package deploy tests what installs edensync: the manifests for Kubernetes, the Dockerfile and the unit for systemd. It
// holds no code of its own. The manifests are rendered as kubectl does it, read strictly into the types of the cluster's
// API, and compared with the programs: their flags, ports, probes, measurements, and who calls whom. The five programs
// are started with the settings of their Deployments, too.
package deploy
