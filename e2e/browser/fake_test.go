package browser_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/edensync/edensync/services/transfer/peertest"
)

// fake is a fake Eden with a life of its own.
type fake struct {
	testing.TB
	*peertest.Eden
	id       string
	cleanups []func()
}

// Cleanup keeps what ends the fake; it may end before the world does.
func (f *fake) Cleanup(end func()) { f.cleanups = append(f.cleanups, end) }

func (f *fake) stop() {
	for _, end := range f.cleanups {
		end()
	}
	f.cleanups = nil
}

func newFake(tb testing.TB, id, uuid string) *fake {
	tb.Helper()
	f := &fake{TB: tb, id: id}
	f.Eden = peertest.Start(f)
	f.SetUUID(uuid)
	tb.Cleanup(f.stop)
	return f
}

// order is what a test tells a fake to be or to do; what is absent stays as it is.
type order struct {
	User, Password string
	UUID           string
	SkewSeconds    int
	Edensync       string // version of the headers of an edensync; "" = a Sahana Eden
	Know           []string
	Forbid         []string
	// Fill makes so many records of a resource.
	Fill map[string]int
	Put  []struct {
		Resource, UID, Content string
		ModifiedOn             time.Time
		Deleted                bool
	}
	Refuse []struct{ UID, Field, Message string }
	Fault  *struct {
		Op    string // register, pull, push; "" = all
		Times int    // 0 = always
		Kind  string // status, hangup, slow, drip, stall
		Code  int
		Text  string
		Bytes int
		Pause string // Go's notation
	}
	Heal bool
}

func (f *fake) obey(o order) error {
	if o.Heal {
		f.Heal()
	}
	if o.User != "" {
		f.RequireUser(o.User, o.Password)
	}
	if o.UUID != "" {
		f.SetUUID(o.UUID)
	}
	if o.SkewSeconds != 0 {
		f.Skew(time.Duration(o.SkewSeconds) * time.Second)
	}
	if o.Edensync != "" {
		f.EdensyncVersion(o.Edensync)
	}
	f.Know(o.Know...)
	for _, op := range o.Forbid {
		f.Forbid(peertest.Op(op))
	}
	for resource, n := range o.Fill {
		f.fill(resource, n)
	}
	for _, r := range o.Put {
		f.Put(peertest.Record{Resource: r.Resource, UID: r.UID, Content: r.Content, Deleted: r.Deleted, CreatedOn: r.ModifiedOn, ModifiedOn: r.ModifiedOn})
	}
	for _, r := range o.Refuse {
		f.Refuse(r.UID, r.Field, r.Message)
	}
	return f.fail(o)
}

func (f *fake) fail(o order) error {
	if o.Fault == nil {
		return nil
	}
	pause, err := time.ParseDuration(o.Fault.Pause)
	if o.Fault.Pause != "" && err != nil {
		return fmt.Errorf("pause %q: %w", o.Fault.Pause, err)
	}
	faults := map[string]peertest.Fault{
		"status": peertest.Answer(o.Fault.Code, "text/html", o.Fault.Text),
		"hangup": peertest.HangUp(),
		"slow":   peertest.Slow(pause),
		"drip":   peertest.Drip(max(1, o.Fault.Bytes), pause),
		"stall":  peertest.Stall(o.Fault.Bytes),
	}
	fault := faults[o.Fault.Kind]
	if fault == nil {
		return fmt.Errorf("unknown fault %q", o.Fault.Kind)
	}
	times := o.Fault.Times
	if times == 0 {
		times = -1
	}
	f.Times(times, peertest.Op(o.Fault.Op), fault)
	return nil
}

// words for records that people can read in pictures.
var (
	places = []string{"Kisumu", "Garissa", "Lodwar", "Mombasa", "Wajir", "Nakuru", "Eldoret", "Malindi", "Isiolo", "Marsabit", "Kakamega", "Voi"}
	kinds  = map[string][]string{
		"org_organisation": {"Water Trust", "Red Cross branch", "Relief Committee", "Health Union", "Women's Group", "Boat Owners"},
		"org_office":       {"field office", "coordination office", "warehouse office"},
		"cr_shelter":       {"primary school", "church hall", "sports ground", "market hall"},
		"pr_person":        {"Amina", "Otieno", "Wanjiru", "Hassan", "Chebet", "Juma"},
		"req_req":          {"blankets", "jerrycans", "tents", "soap", "mosquito nets"},
	}
)

// firstTime is when the first record of a fake was made.
var firstTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// fill makes records that differ from fake to fake and are the same in every run.
func (f *fake) fill(resource string, n int) {
	random := rand.New(rand.NewPCG(1, uint64(len(f.id)))) // reproducible on purpose
	have := len(f.Records(resource))
	for i := have; i < have+n; i++ {
		kind := kinds[resource]
		name := places[random.IntN(len(places))] + " " + fmt.Sprintf("site %d", i+1)
		if len(kind) > 0 {
			name = places[random.IntN(len(places))] + " " + kind[random.IntN(len(kind))] + fmt.Sprintf(" %d", i+1)
		}
		f.Put(peertest.Record{
			Resource: resource, UID: fmt.Sprintf("urn:uuid:%08x-0000-4000-8000-%012d", hash(f.id+resource), i),
			Content:   `<data field="name">` + name + `</data><data field="comments">` + strings.Repeat("Reached by boat after the rains. ", 3) + `</data>`,
			CreatedOn: firstTime, ModifiedOn: firstTime.Add(time.Duration(i) * time.Minute),
		})
	}
	f.Know(resource)
}

func hash(text string) uint32 {
	sum := uint32(2166136261)
	for i := range len(text) {
		sum = (sum ^ uint32(text[i])) * 16777619
	}
	return sum
}
