package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/edensync/edensync/cmd/edensync/internal/progress"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// tale is the story of the demo.
type tale struct {
	out      io.Writer
	terminal bool
	once     bool   // the sites do not stay up
	password string // of the account admin of both sites
	hub      *actor
	field    *actor
	hubID    string // the hub's id at the field site
	sights   []sight
}

// sight is a page of the app where a part of the story can be seen.
type sight struct{ what, page string }

// seed makes the sample data the same in each demo.
const seed = 2011

func (t *tale) say(format string, args ...any) { _, _ = fmt.Fprintf(t.out, format+"\n", args...) }

func (t *tale) tell(ctx context.Context) error {
	for _, chapter := range []func(context.Context) error{
		t.setUp, t.fill, t.meet, t.first, t.work, t.second, t.compare, t.end,
	} {
		if err := chapter(ctx); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}

func (t *tale) setUp(ctx context.Context) error {
	t.say("\nTwo sites are up: the hub at %s and a field site at %s.", t.hub.Base, t.field.Base)
	return errors.Join(t.hub.introduce(ctx, "Relief hub"), t.field.introduce(ctx, "Field office Høyvik"))
}

// fill gives the hub sample records by the way in which an Eden would push them.
func (t *tale) fill(ctx context.Context) error {
	uuid := "urn:uuid:5a3e7c00-0000-4000-8000-5a3e7c000000"
	started, total := time.Now(), 0 //nolint:forbidigo // only shown
	registration := fmt.Sprintf(`{"uuid":%q,"name":"Sample data","apitype":"eden"}`, uuid)
	if err := t.hub.post(ctx, "/sync/repository/register.json", "admin", t.password, "application/json", []byte(registration)); err != nil {
		return err
	}
	g := newGenerator(seed, time.Now()) //nolint:forbidigo // sample records are some months old
	for _, s := range sampleCounts {
		path := "/sync/sync.xml?resource=" + s.resource + "&repository=" + url.QueryEscape(uuid)
		if err := t.hub.post(ctx, path, "admin", t.password, "text/xml", g.document(s.count, s.make)); err != nil {
			return err
		}
		total += s.count
	}
	t.say("The hub was filled with %d sample records (and their components) of %d resources in %s.", total, len(sampleCounts), time.Since(started).Round(10*time.Millisecond))
	return nil
}

// meet registers the field site at the hub and says what is to be exchanged, and when.
func (t *tale) meet(ctx context.Context) error {
	const account, secret = "field-office", "a long sentence for a machine"
	if err := t.hub.accept(ctx, account, secret); err != nil {
		return err
	}
	repo, err := t.field.know(ctx, "Relief hub", t.hub.Base, account, secret)
	if err != nil {
		return err
	}
	t.hubID = repo.GetId()
	t.say("The field site registered at the hub: %s", repo.GetRegistration().GetMessage())
	for _, s := range sampleCounts {
		if err := t.field.exchange(ctx, t.hubID, s.resource); err != nil {
			return err
		}
	}
	job, err := t.field.schedule(ctx, t.hubID, time.Now().Add(5*time.Minute)) //nolint:forbidigo // the first slot
	if err != nil {
		return err
	}
	t.say("It exchanges %d resources with the hub, in both directions, the newer version wins; every 5 minutes from %s UTC.",
		len(sampleCounts), job.GetNextRunTime().AsTime().Format("15:04"))
	return nil
}

func (t *tale) first(ctx context.Context) error {
	t.say("\nFirst synchronization, started by hand at the field site:")
	_, err := t.synchronize(ctx)
	return err
}

func (t *tale) synchronize(ctx context.Context) (*transferv1.Run, error) {
	run, err := t.field.synchronize(ctx, t.hubID)
	if err != nil {
		return nil, err
	}
	if run, err = progress.Follow(ctx, t.field.Client, run.GetId(), t.out, t.terminal); err != nil {
		return nil, err
	}
	if s := run.GetState(); s != transferv1.RunState_RUN_STATE_DONE && s != transferv1.RunState_RUN_STATE_DONE_WITH_WARNINGS {
		return run, fmt.Errorf("the run ended as %s: %s", s, run.GetMessage())
	}
	t.say("  took %s, %d bytes on the wire", run.GetEndTime().AsTime().Sub(run.GetStartTime().AsTime()).Round(time.Millisecond), run.GetBytes())
	return run, nil
}

// work edits at both sites while they are apart; one organisation is changed at both.
func (t *tale) work(ctx context.Context) error {
	g := newGenerator(seed, time.Time{})
	org := func(i int) string { return g.uid("org_organisation", i) }
	person := func(i int) string { return g.uid("pr_person", i) }
	t.say("\nNow people work at both sites, apart from each other:")
	err := errors.Join(
		t.hub.edit(ctx, "org_organisation", org(0), "comments", "Corrected at the hub"),
		t.hub.edit(ctx, "org_organisation", org(1), "phone", "+47 555 00 111"),
		t.hub.remove(ctx, "req_req", g.uid("req_req", 7)),
		t.hub.edit(ctx, "cr_shelter", g.uid("cr_shelter", 3), "name", "Shelter No. 4 (hub)"),
		pause(ctx, 1100*time.Millisecond), // the field office edits later: times on the wire have whole seconds
		t.field.edit(ctx, "cr_shelter", g.uid("cr_shelter", 3), "name", "Shelter No. 4, Høyvik school"),
		t.field.edit(ctx, "pr_person", person(10), "last_name", "Žižková"),
		t.field.edit(ctx, "pr_person", person(11), "comments", "Found well at Høyvik"),
		t.field.create(ctx, "cr_shelter", g.uid("new shelter", 1), "name", "Gymnasium Høyvik"),
		t.field.remove(ctx, "pr_person", person(12)),
	)
	if err != nil {
		return err
	}
	t.say("  hub:   2 organisations corrected, 1 request deleted, the name of shelter 4 changed")
	t.say("  field: 2 persons corrected, 1 deleted, 1 shelter added, the name of the same shelter 4 changed")
	return nil
}

func (t *tale) second(ctx context.Context) error {
	t.say("\nSecond synchronization:")
	run, err := t.synchronize(ctx)
	if err != nil {
		return err
	}
	t.sights = append(t.sights, sight{"the second synchronization", "/runs/" + run.GetId()})
	t.say("\nWhat became of every record:")
	if err := progress.Summary(t.out, run); err != nil {
		return err
	}
	return t.conflicts(ctx, run)
}

// conflicts tells how each conflict of the run was decided.
func (t *tale) conflicts(ctx context.Context, run *transferv1.Run) error {
	items := &transferv1.ListRunItemsResponse{}
	if err := t.field.Call(ctx, "GET", "/runs/"+run.GetId()+"/items?outcomes=CONFLICT", nil, items); err != nil {
		return err
	}
	if len(items.GetItems()) == 0 {
		return errors.New("the shelter was changed at both sites, but no conflict was noticed")
	}
	for _, item := range items.GetItems() {
		t.say("Conflict about %s %s:\n  %s", item.GetResourceName(), item.GetUid(), item.GetMessage())
		t.sights = append(t.sights,
			sight{"the conflict", "/conflicts/" + item.GetConflictId()},
			sight{"the story of the shelter", "/records/" + item.GetResourceName() + "/" + url.PathEscape(item.GetUid())})
		c := &transferv1.Conflict{}
		if err := t.field.Call(ctx, "GET", "/conflicts/"+item.GetConflictId(), nil, c); err != nil {
			return err
		}
		for _, d := range c.GetDifferences() {
			if d.GetDiffers() {
				t.say("  %s: here %q, at the hub %q", d.GetName(), d.GetLocalValue(), d.GetRemoteValue())
			}
		}
	}
	return nil
}

// compare proves that both sites hold the same.
func (t *tale) compare(ctx context.Context) error {
	t.say("")
	var different []string
	same := 0
	for _, s := range sampleCounts {
		hub, err := t.hub.all(ctx, s.resource)
		if err != nil {
			return err
		}
		field, err := t.field.all(ctx, s.resource)
		if err != nil {
			return err
		}
		for uid, hash := range hub {
			if field[uid] == hash {
				same++
			} else {
				different = append(different, s.resource+" "+uid)
			}
			delete(field, uid)
		}
		for uid := range field {
			different = append(different, s.resource+" "+uid)
		}
	}
	if len(different) > 0 {
		return fmt.Errorf("the sites differ in %d records: %s", len(different), strings.Join(different[:min(10, len(different))], ", "))
	}
	t.say("Both sites are equal: %d records compared by content.", same)
	return nil
}

func (t *tale) end(context.Context) error {
	if t.once {
		return nil
	}
	t.say("\nBoth sites stay up. Open them in a browser (user admin, password %s at both):", t.password)
	t.say("  hub    %s", t.hub.Base)
	t.say("  field  %s", t.field.Base)
	t.say("The story as the field site's app tells it:")
	for _, s := range t.sights {
		t.say("  %-27s %s%s", s.what, t.field.Base, s.page)
	}
	t.say("API documentation: %s/docs. End with Ctrl-C.", t.hub.Base)
	return nil
}
