// Package security holds the proofs that concern all services at once: who may call what, that no secret shows, that
// every change is written down, and that every door has its limits.
package security
