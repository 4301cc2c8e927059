package storetest

import (
	"context"
	"testing"

	"github.com/edensync/edensync/services/config"
)

// testExchange compares what comes by one question with what comes by three.
func testExchange(u suite) {
	t, s := u.t, u.store
	settings := config.DefaultSettings(at)
	settings.SiteName, settings.Proxy = "Nairobi", "http://user:proxysecret@proxy:3128"
	kenya, chad, gone := repository("1", "Kenya"), repository("2", "Chad"), repository("3", "Gone")
	kenya.UUID, kenya.Password, kenya.Proxy = "urn:kenya", "secret", "http://user:other@proxy:3128"
	gone.UUID, gone.DeleteTime = "urn:gone", at
	kenya.ClockMeasured, kenya.ClockOffset = true, 2*settings.MaxClockOffset
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.InsertSettings(ctx, settings) })
	insertRepositories(t, s, kenya, chad, gone)
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		for _, task := range []config.Task{
			config.DefaultTask("1", "pr_person"), config.DefaultTask("1", "Z_upper"), config.DefaultTask("1", "org_office"), config.DefaultTask("3", "org_office"),
		} {
			task.CreateTime, task.Version = at, 3
			task.Filters = []config.Filter{{Table: "org_office", Condition: "~.code=1"}}
			if err := tx.InsertTask(ctx, task); err != nil {
				return err
			}
		}
		return tx.SaveContact(ctx, config.Contact{RepositoryID: "1", LastConnectTime: at, ClockOffset: kenya.ClockOffset, ClockMeasured: true})
	})
	sameExchange(t, s, "by id", "1", "1", config.Reader.Exchange)
	sameExchange(t, s, "by uuid", "urn:kenya", "1", config.Reader.ExchangeByUUID)
	sameExchange(t, s, "without a task", "2", "2", config.Reader.Exchange)
	sameExchange(t, s, "deleted", "3", "", config.Reader.Exchange)
	sameExchange(t, s, "deleted, by uuid", "urn:gone", "", config.Reader.ExchangeByUUID)
	sameExchange(t, s, "unknown", "4", "", config.Reader.Exchange)
}

// sameExchange expects the repository of an id with its tasks; an empty id is none.
func sameExchange(
	t *testing.T, s config.Store, what, key, id string, ask func(config.Reader, context.Context, string) (config.Exchange, bool, error),
) {
	t.Helper()
	want := get(t, s, func(ctx context.Context, r config.Reader) (x config.Exchange, err error) {
		if id == "" {
			return x, nil
		}
		if x.Repository, err = r.Repository(ctx, id); err != nil {
			return x, err
		}
		if x.Tasks, _, err = r.Tasks(ctx, config.TaskQuery{RepositoryID: id}); err != nil {
			return x, err
		}
		x.Site, err = r.Settings(ctx)
		return x, err
	})
	got := get(t, s, func(ctx context.Context, r config.Reader) (config.Exchange, error) {
		x, found, err := ask(r, ctx, key)
		if found != (id != "") {
			t.Errorf("%s: found %v", what, found)
		}
		return x, err
	})
	same(t, what, got, want)
}
