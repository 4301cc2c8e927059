// Package proto is the module of edensync's contracts: the proto files below edensync and the Go code that
// is generated from them below gen. It imports nothing of ours.
package proto
