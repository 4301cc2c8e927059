// Package hub tests a site of five processes on PostgreSQL: the real programs, with mutual TLS between them. Processes are
// asked to end, stopped for a while and killed; a database fails over; and whatever one of them does not do any more
// another one does, or says so.
//
// EDENSYNC_TORTURE_CHAOS=long asks for the long form of TestChaos, EDENSYNC_TORTURE_SEED draws again what an earlier one
// has drawn.
package hub
