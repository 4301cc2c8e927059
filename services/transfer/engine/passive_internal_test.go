package engine

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edensync/edensync/services/transfer"
)

// leases is a store of which only the leases are used.
type leases struct {
	Store
	renewed int
	lost    int // the renewal that comes too late; 0 = none
}

func (l *leases) Renew(context.Context, transfer.Lease, time.Duration) (stop bool, err error) {
	l.renewed++
	switch l.renewed {
	case 1:
		return false, errors.New("the database is away for a moment")
	case l.lost:
		return false, transfer.ErrLeaseLost
	default:
		return false, nil
	}
}

func TestLongImportsKeepTheirLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &leases{}
		held, drop := (&Engine{store: store, peerRenew: peerRenew}).hold(t.Context(), transfer.Lease{})
		time.Sleep(10*peerLease + time.Second)
		synctest.Wait()
		if held.Err() != nil || store.renewed < 20 {
			t.Errorf("%v after %d renewals", held.Err(), store.renewed)
		}
		drop()
		before := store.renewed
		time.Sleep(peerLease)
		if store.renewed != before {
			t.Error("a lease that was given up is renewed")
		}
	})
}

func TestAnImportThatLostItsLeaseStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		held, drop := (&Engine{store: &leases{lost: 3}, peerRenew: peerRenew}).hold(t.Context(), transfer.Lease{})
		defer drop()
		<-held.Done()
		if !errors.Is(context.Cause(held), transfer.ErrLeaseLost) {
			t.Errorf("stopped by %v", context.Cause(held))
		}
	})
}
