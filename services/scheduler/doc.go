// Package scheduler is the domain of the scheduler service: jobs, what becomes of them when their slots arrive, and the
// store that they need. It decides with the time that it is given and does nothing by itself; package cadence
// holds the arithmetic of slots, package loop does the work.
//
// The life of a job: QUEUED until a slot is due → the slot is pinned and transfer is asked for a run → RUNNING until
// the run has ended → QUEUED for the next slot, or EXPIRED, COMPLETED, FAILED. A person may disable it at any
// time; a run under way is finished.
package scheduler
