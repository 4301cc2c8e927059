// Package crash kills the real program at random moments of an import, starts it again, and demands that the result
// equals that of an import that nobody disturbed.
//
// EDENSYNC_TORTURE_KILLS is the number of kills (default 10, on PostgreSQL 5), EDENSYNC_TORTURE_SEED repeats the
// moments of an earlier test.
package crash
