package storetest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/config"
)

// everyCondition are repositories in all states that a condition depends on.
func everyCondition() []config.Repository {
	var all []config.Repository
	add := func(change func(*config.Repository)) {
		id := fmt.Sprintf("%03d", len(all))
		r := repository(id, "name "+id)
		change(&r)
		if r.URL != "" {
			r.URL += id
		}
		all = append(all, r)
	}
	states := []config.RunState{"", config.RunDone, config.RunDoneWithWarnings, config.RunFailed, config.RunNeedsYou, config.RunTimedOut}
	for i, state := range states {
		for bits := range 32 {
			add(func(r *config.Repository) {
				r.Health.State, r.Paused = state, bits&1 != 0
				if bits&2 != 0 {
					r.URL = "https://k.org/"
				}
				if bits&4 != 0 {
					r.LastConnectTime = at.Add(time.Duration(i) * time.Minute)
				}
				if bits&8 != 0 {
					r.Registration.State = config.RegistrationFailed
				}
				if bits&16 != 0 {
					r.ClockMeasured, r.ClockOffset = true, -31*time.Second
				}
			})
		}
	}
	return all
}

// testConditions compares the rules of the domain with the same in SQL, page by page.
func testConditions(u suite) {
	t, s := u.t, u.store
	all := everyCondition()
	settings := config.DefaultSettings(at)
	settings.MaxClockOffset = 30 * time.Second
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.InsertSettings(ctx, settings) })
	insertRepositories(t, s, all...)
	var counts config.ConditionCounts
	selected := map[string][]string{}
	for i := range all {
		r := &all[i]
		r.ClockOff = r.ClockMeasured
		same(t, r.ID, readRepository(t, s, r.ID), *r)
		selected[string(r.Condition())] = append(selected[string(r.Condition())], r.Name)
		selected[fmt.Sprint(r.Attention())] = append(selected[fmt.Sprint(r.Attention())], r.Name)
		counts.All++
		counts.Attention += one(r.Attention())
		counts.Paused += one(r.Condition() == config.ConditionPaused)
		counts.NeverSynchronized += one(r.Condition() == config.ConditionNeverSynchronized)
	}
	same(t, "counts", get(t, s, func(ctx context.Context, r config.Reader) (config.ConditionCounts, error) {
		return r.ConditionCounts(ctx, "NAME")
	}), counts)
	same(t, "counts of none", get(t, s, func(ctx context.Context, r config.Reader) (config.ConditionCounts, error) {
		return r.ConditionCounts(ctx, "no such")
	}), config.ConditionCounts{})
	for _, condition := range []config.Condition{
		config.ConditionNeedsYou, config.ConditionFailing, config.ConditionWarnings, config.ConditionNeverSynchronized,
		config.ConditionInStep, config.ConditionPaused,
	} {
		got, _ := list(t, s, config.RepositoryQuery{Conditions: []config.Condition{condition}, Limit: 1000})
		same(t, string(condition), got, selected[string(condition)])
	}
	for _, wanted := range []bool{true, false} {
		got, total := list(t, s, config.RepositoryQuery{Attention: &wanted, Limit: 1000})
		same(t, fmt.Sprint("attention ", wanted), got, selected[fmt.Sprint(wanted)])
		same(t, "total", total, len(got))
	}
	testOrders(t, s, all)
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// testOrders reads all in pages of seven and compares with the order of the domain.
func testOrders(t *testing.T, s config.Store, all []config.Repository) {
	t.Helper()
	byName := func(a, b config.Repository) int { return cmp.Compare(a.Name, b.Name) }
	for order, less := range map[config.RepositoryOrder]func(a, b config.Repository) int{
		config.OrderByName: byName,
		config.OrderByAttention: func(a, b config.Repository) int {
			return cmp.Or(cmp.Compare(a.Rank(), b.Rank()), byName(a, b))
		},
		config.OrderByLastConnect: func(a, b config.Repository) int {
			return cmp.Or(b.LastConnectTime.Compare(a.LastConnectTime), byName(a, b))
		},
	} {
		slices.SortFunc(all, less)
		var want, got []string
		for _, r := range all {
			want = append(want, r.Name)
		}
		q := config.RepositoryQuery{Order: order, Limit: 7}
		for len(got) < len(all) {
			page := get(t, s, func(ctx context.Context, r config.Reader) ([]config.Repository, error) {
				found, _, err := r.Repositories(ctx, q)
				return found, err
			})
			if len(page) == 0 {
				break
			}
			for _, r := range page {
				got = append(got, r.Name)
			}
			mark := page[len(page)-1].Mark()
			q.After = &mark
		}
		same(t, "by "+string(order), got, want)
	}
}

func testHealth(u suite) {
	t, s := u.t, u.store
	insertRepositories(t, s, repository("1", "Kenya"), repository("2", "Chad"))
	want := config.Health{
		RunReport: config.RunReport{
			RunID: "run", State: config.RunNeedsYou, Reason: string(apierr.ReasonPeerUnauthenticated), Message: "no", RemoteError: true, EndTime: at,
		},
		FailingSince: at.Add(-time.Hour), FailedRuns: 3, LastSuccessTime: at.Add(-2 * time.Hour),
	}
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.SaveHealth(ctx, "1", want) })
	changed := readRepository(t, s, "1")
	changed.Name = "Kenya 2"
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.UpdateRepository(ctx, changed) })
	same(t, "health", readRepository(t, s, "1").Health, want)
	same(t, "health of the other one", readRepository(t, s, "2").Health, config.Health{})
}
