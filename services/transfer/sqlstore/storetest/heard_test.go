package storetest_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// comes is what becomes of a document.
func (b *bench) comes(t *testing.T, repository, request string, at transfer.Position) (*transfer.Lease, apierr.Reason) {
	t.Helper()
	_, lease, err := b.PeerRun(t.Context(), transfer.Run{RepositoryID: repository, RequestID: request}, at, long)
	if err != nil {
		return nil, apierr.ReasonOf(err)
	}
	return lease, ""
}

// What a sender wrote before a document that came is outdated, in any order of requests; its history of change numbers may
// begin anew, and other senders have nothing to do with it.
func TestPositionsOfPeerRuns(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		ask := func(repository, request, epoch string, seq int64) (*transfer.Lease, apierr.Reason) {
			return b.comes(t, repository, request, transfer.Position{Epoch: epoch, Seq: seq})
		}
		var open *transfer.Lease
		for _, c := range []struct {
			repository, request, epoch string
			seq                        int64
			want                       apierr.Reason
			ends                       bool
		}{
			{"r", "a", "e", 5, "", false},
			{"r", "b", "e", 4, apierr.ReasonPushOutdated, false},
			{"s", "b", "e", 4, "", false},
			{"r", "c", "", 0, "", false}, // says nothing of it
			{"r", "d", "e", 5, "", true},
			{"r", "e", "e", 6, "", true},
			{"r", "d", "e", 5, apierr.ReasonPushOutdated, false}, // that is given up came again
			{"r", "f", "anew", 1, "", true},
			{"r", "g", "anew", 0, apierr.ReasonPushOutdated, false},
			{"r", "f", "anew", 1, "", true}, // the same request again
		} {
			lease, reason := ask(c.repository, c.request, c.epoch, c.seq)
			if reason != c.want || (lease == nil) != (c.want != "") {
				t.Errorf("%+v: %q, %v", c, reason, lease)
			}
			if open != nil && c.repository == "r" && b.writes(t, *open) == c.ends {
				t.Errorf("%+v: what was open before has ended: %v", c, !c.ends)
			}
			if lease != nil && c.repository == "r" && c.epoch != "" {
				open = lease
			}
		}
		b.write(t, func(tx engine.Tx) error {
			return tx.FinishRun(t.Context(), open.RunID, transfer.Ending{State: transfer.Done})
		})
		if _, reason := ask("r", "h", "anew", 2); reason != "" {
			t.Error(reason)
		}
		if lease, reason := ask("r", "f", "anew", 1); lease != nil || reason != "" {
			t.Errorf("a request that was served before a later one gets its answer again: %v, %q", lease, reason)
		}
		if err := b.DeleteRepository(t.Context(), "r"); err != nil {
			t.Fatal(err)
		}
		if _, reason := ask("r", "i", "anew", 1); reason != "" {
			t.Errorf("after the repository was removed: %q", reason)
		}
	})
}

// What was written before its sender had what it is known to have now is outdated, too.
func TestPositionsThatWereHeard(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		if _, reason := b.comes(t, "r", "first", transfer.Position{Epoch: "anew", Seq: 2}); reason != "" {
			t.Fatal(reason)
		}
		b.write(t, func(tx engine.Tx) error {
			return errors.Join(
				tx.Heard(t.Context(), "r", transfer.Position{Epoch: "anew", Seq: 1}), // a later one is known
				tx.Heard(t.Context(), "r", transfer.Position{}),
				tx.Heard(t.Context(), "s", transfer.Position{Epoch: "e", Seq: 7}),
				tx.Heard(t.Context(), "t", transfer.Position{Epoch: "e", Seq: 7}),
			)
		})
		for _, c := range []struct {
			repository, epoch string
			seq               int64
			want              apierr.Reason
		}{
			{"r", "anew", 1, apierr.ReasonPushOutdated},
			{"r", "anew", 2, ""},
			{"s", "e", 6, apierr.ReasonPushOutdated},
			{"s", "e", 7, ""},
			{"t", "e", 6, apierr.ReasonPushOutdated},
			{"t", "other", 6, ""},
		} {
			if _, reason := b.comes(t, c.repository, fmt.Sprint(c), transfer.Position{Epoch: c.epoch, Seq: c.seq}); reason != c.want {
				t.Errorf("%+v: %q", c, reason)
			}
		}
	})
}
