package browser_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
)

// seedling is a hub with a past, from which worlds copy theirs: 60 repositories in all conditions, runs of two days,
// conflicts, rejects, 10,000 log entries.
type seedling struct{ data string }

// remoteSite is what the seed makes of a repository.
type remoteSite struct {
	name   string
	fate   fate
	rounds int // how many runs it has
}

// fate is what becomes of a repository.
type fate int

const (
	inStep fate = iota
	refusedPassword
	unreachable
	withRejects
	withConflicts
	paused
	neverSynchronized
	passive
)

// seedRounds is how many runs most repositories have.
const seedRounds = 6

var townNames = []string{
	"Kisumu", "Garissa", "Lodwar", "Mombasa", "Wajir", "Nakuru", "Eldoret", "Malindi", "Isiolo", "Marsabit", "Kakamega", "Voi", "Mandera", "Lamu", "Nyeri",
	"Embu", "Kitale", "Narok", "Thika", "Machakos", "Homa Bay", "Migori", "Busia", "Bungoma", "Moyale", "Kilifi", "Kwale", "Taveta", "Naivasha", "Meru",
}

// remoteSites are 60: two desks in each town.
func remoteSites() []remoteSite {
	special := map[int]fate{
		0: refusedPassword, 7: unreachable, 11: withConflicts, 14: withRejects, 19: paused, 23: refusedPassword, 31: neverSynchronized, 37: unreachable,
		41: passive, 44: paused, 47: withConflicts, 52: neverSynchronized, 58: passive,
	}
	sites := make([]remoteSite, 0, 60)
	for i := range 60 {
		desk := []string{"flood desk", "field hospital"}[i/30]
		site := remoteSite{name: townNames[i%30] + " " + desk, fate: special[i], rounds: seedRounds}
		switch site.fate {
		case neverSynchronized, passive, paused:
			site.rounds = 0
		case refusedPassword, unreachable:
			site.rounds = 3
		case inStep, withConflicts, withRejects: // all rounds
		}
		sites = append(sites, site)
	}
	return sites
}

// seed makes the hub once for all worlds.
func seed(t *testing.T) *seedling {
	t.Helper()
	data := filepath.Join(t.TempDir(), "seed")
	s := newSite(t, mustMake(t, data), false, false)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	token, err := s.token(ctx)
	if err != nil {
		t.Fatal(err)
	}
	c := client{base: s.url + "/api/v1", token: token}
	c.must(t, ctx, "PATCH", "/settings", map[string]any{"siteName": "Nairobi HQ", "publicUrl": "https://hq.example.org/eden"}, nil)
	remotes := remoteSites()
	var group sync.WaitGroup
	queue := make(chan int)
	for range 4 {
		group.Go(func() {
			for i := range queue {
				if err := remotes[i].live(t, ctx, c, i); err != nil {
					t.Errorf("seed %s: %v", remotes[i].name, err)
				}
			}
		})
	}
	for i := range remotes {
		queue <- i
	}
	close(queue)
	group.Wait()
	s.stop()
	if t.Failed() {
		t.FailNow()
	}
	if err := spreadRuns(ctx, data); err != nil {
		t.Fatal(err)
	}
	if err := writeLog(ctx, data, pastEntries(remotes)); err != nil {
		t.Fatal(err)
	}
	return &seedling{data: data}
}

// live makes a repository, its resources and schedule, and lets it exchange.
func (r remoteSite) live(t *testing.T, ctx context.Context, c client, number int) error {
	t.Helper()
	f := newFake(t, fmt.Sprintf("seed%02d", number), fmt.Sprintf("urn:uuid:5eed0000-0000-4000-8000-%012d", number))
	if err := f.obey(r.past()); err != nil {
		return err
	}
	body := map[string]any{"name": r.name, "url": f.URL(), "username": "hq", "password": "tides and charts", "uuid": fmt.Sprintf("urn:uuid:5eed0000-0000-4000-8000-%012d", number)}
	if r.fate == passive {
		delete(body, "url")
		delete(body, "username")
		delete(body, "password")
	}
	var repository struct{ ID string }
	if err := c.call(ctx, "POST", "/repositories", body, &repository); err != nil {
		return err
	}
	path := "/repositories/" + repository.ID
	for _, resource := range []string{"org_organisation", "cr_shelter"} {
		if err := c.call(ctx, "POST", path+"/tasks", map[string]any{"resourceName": resource}, nil); err != nil {
			return err
		}
	}
	if r.fate != passive {
		job := map[string]any{"runEvery": "3600s", "startTime": time.Now().Add(time.Duration(2+number%20) * time.Hour).UTC().Format(time.RFC3339)}
		if err := c.call(ctx, "POST", path+"/jobs", job, nil); err != nil {
			return err
		}
	}
	if err := c.registered(ctx, repository.ID); err != nil {
		return err
	}
	if err := r.exchange(ctx, c, f, repository.ID); err != nil {
		return err
	}
	if r.fate == paused {
		return c.call(ctx, "POST", path+":pause", map[string]any{}, nil)
	}
	return nil
}

// past is how the fake behaves.
func (r remoteSite) past() order {
	o := order{User: "hq", Password: "tides and charts", Know: []string{"org_organisation", "cr_shelter"}}
	switch r.fate {
	case refusedPassword:
		o.Password = "changed by the new secretary"
	case paused, neverSynchronized, passive: // nothing was ever exchanged
	case inStep, withConflicts, withRejects, unreachable:
		o.Fill = map[string]int{"org_organisation": 6, "cr_shelter": 4}
	}
	return o
}

// exchange runs round after round; between them something changes.
func (r remoteSite) exchange(ctx context.Context, c client, f *fake, id string) error {
	for round := range r.rounds {
		if r.fate == unreachable && round == 1 {
			f.stop()
		}
		if r.fate == inStep && round%2 == 1 {
			f.fill("cr_shelter", 1+(round*len(r.name))%9)
		}
		if round == r.rounds-1 {
			if err := r.trouble(ctx, c, f); err != nil {
				return err
			}
		}
		if err := c.run(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// trouble makes the last run one with conflicts or rejects.
func (r remoteSite) trouble(ctx context.Context, c client, f *fake) error {
	switch r.fate { //nolint:exhaustive // the others have no trouble
	case withConflicts:
		for _, record := range f.Records("cr_shelter")[:3] {
			body := map[string]any{"fields": []map[string]string{{"name": "name", "value": "Shelter as known at HQ"}, {"name": "capacity_day", "value": "120", "kind": "NUMBER"}}}
			if err := c.call(ctx, "PUT", "/resources/cr_shelter/records/"+record.UID, body, nil); err != nil {
				return err
			}
			record.Content = `<data field="name">` + "Shelter as known in the field" + `</data><data field="capacity_day" value="180">180</data>`
			record.ModifiedOn = time.Now().Add(-time.Minute).UTC().Truncate(time.Second)
			f.Put(record)
		}
	case withRejects:
		for i := range 2 {
			uid := fmt.Sprintf("urn:uuid:bad00000-0000-4000-8000-%012d", i)
			f.Refuse(uid, "name", "Enter a value")
			body := map[string]any{"fields": []map[string]string{{"name": "comments", "value": "no name yet"}}}
			if err := c.call(ctx, "PUT", "/resources/org_organisation/records/"+uid, body, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// spreadRuns moves the runs of the seed into the past, an hour apart, so that pictures show days and not seconds.
func spreadRuns(ctx context.Context, data string) error {
	db, err := sqldb.Open(ctx, "sqlite:"+filepath.Join(data, "transfer.db"), sqldb.Options{})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }() // What counts is committed below.
	const hour = int64(time.Hour / time.Microsecond)
	return db.Tx(ctx, func(tx *sqldb.Tx) error {
		_, err := tx.Exec(ctx, `
WITH aged AS (SELECT id, row_number() OVER (PARTITION BY repository_id ORDER BY created_at DESC) - 1 AS age FROM run)
UPDATE run SET created_at = created_at - ? * age, started_at = started_at - ? * age, ended_at = ended_at - ? * age
FROM aged WHERE aged.id = run.id`, 4*hour, 4*hour, 4*hour)
		return err
	})
}
