package peer

import (
	"testing"

	"github.com/edensync/edensync/services/transfer"
)

// TestReasonsTellWhereTheFaultIs compares what errors say with what is told later by the reason alone.
func TestReasonsTellWhereTheFaultIs(t *testing.T) {
	t.Parallel()
	for reason, c := range characters {
		if transfer.RemoteFault(reason) != c.remote {
			t.Errorf("%s: remote %v", reason, c.remote)
		}
	}
	for _, reason := range []string{"", "RUN_STOPPED", "STORAGE_FULL"} {
		if transfer.RemoteFault(reason) {
			t.Errorf("%q is taken as a fault of the remote site", reason)
		}
	}
}
