package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/config"
)

func testRepositoryRoundTrip(u suite) {
	t, s := u.t, u.store
	full := config.Repository{
		ID: "1", Name: "Kenya ñ", URL: "https://k.org/Eden", Username: "u", Password: "p%_ß\"'", Proxy: "socks5://a:b@c:1",
		CACertificates: "-----BEGIN", AcceptPushes: true, UUID: "urn:uuid:X", UUIDSource: config.UUIDEntered, Type: config.TypeEden,
		Paused: true, LastConnectTime: at, ClockOffset: -90 * time.Second, ClockMeasured: true,
		Registration: config.Registration{State: config.RegistrationFailed, Message: "no", Time: at, Generation: 7},
		CreateTime:   at, UpdateTime: at, Version: 3,
	}
	bare := repository("2", "Bare")
	insertRepositories(t, s, full, bare)
	same(t, "full", readRepository(t, s, "1"), full)
	same(t, "bare", readRepository(t, s, "2"), bare)

	changed := bare
	changed.Name, changed.Password, changed.Proxy, changed.UUID, changed.UUIDSource = "Other", "x", config.ProxyNone, "y", config.UUIDLearned
	changed.Paused, changed.Version, changed.UpdateTime = true, 2, at.Add(time.Hour)
	stale := changed // what UpdateRepository must leave alone
	stale.LastConnectTime, stale.ClockMeasured, stale.Registration = at, true, config.Registration{State: config.RegistrationPending}
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.UpdateRepository(ctx, stale) })
	same(t, "changed", readRepository(t, s, "2"), changed)
	same(t, "the other one", readRepository(t, s, "1"), full)

	err := s.Read(t.Context(), func(r config.Reader) error {
		_, err := r.Repository(t.Context(), "3")
		return err
	})
	wantKind(t, err, apierr.KindNotFound)
}

func testRepositoryUniqueness(u suite) {
	t, s := u.t, u.store
	first := repository("1", "Kenya")
	first.URL, first.UUID = "https://k.org/eden", "urn:uuid:k"
	insertRepositories(t, s, first, repository("2", "Empty URL and UUID"), repository("3", "Once more"))
	for name, change := range map[string]func(*config.Repository){
		"name": func(r *config.Repository) { r.Name = "KENYA" },
		"url":  func(r *config.Repository) { r.URL = first.URL },
		"uuid": func(r *config.Repository) { r.UUID = first.UUID },
	} {
		second := repository("4", "Another")
		change(&second)
		err := tryWrite(t, s, func(ctx context.Context, tx config.Tx) error { return tx.InsertRepository(ctx, second) })
		if apierr.KindOf(err) != apierr.KindAlreadyExists {
			t.Errorf("same %s: %v", name, err)
		}
	}
	for _, taken := range []struct {
		key   config.RepositoryKey
		value string
		want  string
	}{
		{config.ByName, "kenya", "1"},
		{config.ByURL, first.URL, "1"},
		{config.ByUUID, first.UUID, "1"},
		{config.ByName, "Keny", ""},
		{config.ByURL, "https://k.org/EDEN", ""},
		{config.ByUUID, "urn:uuid:K", ""},
	} {
		got := get(t, s, func(ctx context.Context, r config.Reader) (string, error) {
			return r.TakenBy(ctx, taken.key, taken.value)
		})
		if got != taken.want {
			t.Errorf("TakenBy(%v, %q) = %q, want %q", taken.key, taken.value, got, taken.want)
		}
	}
}

func testRepositoryDeleted(u suite) {
	t, s := u.t, u.store
	gone := repository("1", "Kenya")
	gone.UUID, gone.DeleteTime = "urn:uuid:k", at
	earlier := repository("0", "Kenya")
	earlier.UUID, earlier.DeleteTime = "urn:uuid:k", at.Add(-time.Hour)
	insertRepositories(t, s, gone, earlier)
	byUUID := func() string {
		return get(t, s, func(ctx context.Context, r config.Reader) (string, error) {
			found, ok, err := r.RepositoryByUUID(ctx, "urn:uuid:k")
			if !ok {
				return "", err
			}
			return found.ID, err
		})
	}
	if got := byUUID(); got != "1" {
		t.Errorf("last deleted one = %q, want 1", got)
	}
	live := repository("2", "Kenya")
	live.UUID = "urn:uuid:k"
	insertRepositories(t, s, live)
	if got := byUUID(); got != "2" {
		t.Errorf("live one = %q, want 2", got)
	}
	page, total := list(t, s, config.RepositoryQuery{Limit: 10})
	if len(page) != 1 || total != 1 || page[0] != "Kenya" {
		t.Errorf("list = %v of %d", page, total)
	}
}

func list(t *testing.T, s config.Store, q config.RepositoryQuery) (names []string, total int) {
	t.Helper()
	err := s.Read(t.Context(), func(r config.Reader) error {
		page, n, err := r.Repositories(t.Context(), q)
		names, total = nil, n
		for _, item := range page {
			names = append(names, item.Name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names, total
}

func testRepositoryList(u suite) {
	t, s := u.t, u.store
	active, paused, passive := repository("1", "beta"), repository("2", "Alpha 100%"), repository("3", "alpha_x")
	active.URL, active.Registration.State = "https://b.org/Eden", config.RegistrationPending
	paused.URL, paused.Paused, paused.Registration.State = "https://p.org/eden", true, config.RegistrationRegistered
	passive.UUID = "urn:uuid:ABC"
	insertRepositories(t, s, active, paused, passive, repository("4", "Zoë"), repository("5", "_under"))
	for _, c := range []struct {
		name  string
		query config.RepositoryQuery
		want  []string
		total int
	}{
		{"all by bytes of the folded name", config.RepositoryQuery{}, []string{"_under", "Alpha 100%", "alpha_x", "beta", "Zoë"}, 5},
		{"page", config.RepositoryQuery{After: &config.RepositoryMark{NameKey: "alpha 100%"}, Limit: 2}, []string{"alpha_x", "beta"}, 5},
		{"text in name", config.RepositoryQuery{Text: "ALPHA"}, []string{"Alpha 100%", "alpha_x"}, 2},
		{"text beyond ASCII", config.RepositoryQuery{Text: "ZOË"}, []string{"Zoë"}, 1},
		{"percent is no wildcard", config.RepositoryQuery{Text: "%"}, []string{"Alpha 100%"}, 1},
		{"underscore is no wildcard", config.RepositoryQuery{Text: "a_x"}, []string{"alpha_x"}, 1},
		{"exclamation mark is no wildcard", config.RepositoryQuery{Text: "!"}, nil, 0},
		{"text in URL", config.RepositoryQuery{Text: "b.org/eden"}, []string{"beta"}, 1},
		{"text in UUID", config.RepositoryQuery{Text: "uuid:abc"}, []string{"alpha_x"}, 1},
		{"UUID", config.RepositoryQuery{UUID: "urn:uuid:ABC"}, []string{"alpha_x"}, 1},
		{"other UUID", config.RepositoryQuery{UUID: "urn:uuid:abc"}, nil, 0},
		{"active", config.RepositoryQuery{States: []config.State{config.StateActive}}, []string{"beta"}, 1},
		{"paused or passive", config.RepositoryQuery{States: []config.State{config.StatePaused, config.StatePassive}, Text: "alpha"}, []string{"Alpha 100%", "alpha_x"}, 2},
		{"registration", config.RepositoryQuery{RegistrationStates: []config.RegistrationState{config.RegistrationPending, config.RegistrationRegistered}}, []string{"Alpha 100%", "beta"}, 2},
	} {
		if c.query.Limit == 0 {
			c.query.Limit = 100
		}
		got, total := list(t, s, c.query)
		same(t, c.name, got, c.want)
		same(t, c.name+": total", total, c.total)
	}
}

func testClocks(u suite) {
	t, s := u.t, u.store
	clocks := func() config.Clocks {
		return get(t, s, func(ctx context.Context, r config.Reader) (config.Clocks, error) {
			return r.Clocks(ctx, 30*time.Second)
		})
	}
	same(t, "no repository", clocks(), config.Clocks{})
	var all []config.Repository
	for i, offset := range []time.Duration{10 * time.Second, -95 * time.Second, 40 * time.Second, time.Hour} {
		r := repository(string(rune('a'+i)), string(rune('a'+i)))
		r.ClockOffset, r.ClockMeasured = offset, true
		all = append(all, r)
	}
	all[3].DeleteTime = at
	unknown := repository("u", "unknown")
	insertRepositories(t, s, append(all, unknown)...)
	same(t, "clocks", clocks(), config.Clocks{Repositories: 4, OffClock: 2, Largest: -95 * time.Second})
}

func testContact(u suite) {
	t, s := u.t, u.store
	insertRepositories(t, s, repository("1", "Kenya"))
	task := config.DefaultTask("1", "org_office")
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.InsertTask(ctx, task) })
	contact := config.Contact{
		RepositoryID: "1", LastConnectTime: at, ClockOffset: -time.Second, ClockMeasured: true,
		Tasks: []config.TaskContact{{ResourceName: "org_office", LastPullTime: at}, {ResourceName: "no_such", LastPushTime: at}},
	}
	save := func(c config.Contact) {
		write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.SaveContact(ctx, c) })
	}
	readTask := func() config.Task {
		return get(t, s, func(ctx context.Context, r config.Reader) (config.Task, error) { return r.Task(ctx, "1", "org_office") })
	}
	save(contact)
	older := config.Contact{
		RepositoryID: "1", LastConnectTime: at.Add(-time.Hour),
		Tasks: []config.TaskContact{{ResourceName: "org_office", LastPullTime: at.Add(-time.Hour), LastPushTime: at.Add(-time.Hour)}},
	}
	save(older)
	r := readRepository(t, s, "1")
	if !r.LastConnectTime.Equal(at) || r.ClockOffset != -time.Second || !r.ClockMeasured || r.Version != 1 {
		t.Errorf("repository = %+v", r)
	}
	got := readTask()
	if !got.LastPullTime.Equal(at) || !got.LastPushTime.Equal(at.Add(-time.Hour)) || got.Version != task.Version {
		t.Errorf("task = %+v", got)
	}
}

func testConnected(u suite) {
	t, s := u.t, u.store
	gone := repository("2", "Gone")
	gone.DeleteTime = at
	insertRepositories(t, s, repository("1", "Kenya"), gone)
	for _, c := range []struct {
		id    string
		at    time.Time
		found bool
		want  time.Time
	}{
		{"1", at, true, at},
		{"1", at.Add(-time.Hour), true, at},
		{"1", at.Add(time.Hour), true, at.Add(time.Hour)},
		{"2", at.Add(time.Hour), false, time.Time{}},
		{"none", at, false, time.Time{}},
	} {
		found, err := s.Connected(t.Context(), c.id, c.at)
		if err != nil || found != c.found {
			t.Errorf("%s: found %t, %v", c.id, found, err)
		}
		if c.id == "none" {
			continue
		}
		if r := readRepository(t, s, c.id); !r.LastConnectTime.Equal(c.want) || r.Version != 1 {
			t.Errorf("%s: %+v", c.id, r)
		}
	}
}
