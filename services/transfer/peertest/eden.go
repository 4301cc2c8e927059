package peertest

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// UUID is the repository UUID of a fake until SetUUID changes it.
const UUID = "urn:uuid:00000000-0000-4000-8000-00000000ede0"

// Op is a kind of request.
type Op string

// The kinds of requests that can be told apart. Any stands for all of them in scripts.
const (
	Register Op = "register"
	Pull     Op = "pull"
	Push     Op = "push"
	Download Op = "download"
	Other    Op = "other"
	Any      Op = ""
)

// Record is a record as the fake's database holds it.
type Record struct {
	Resource   string
	UID        string
	ID         int // local id, given at the first Put
	MCI        int // stored; exported as MCI+1. 0 = made at the fake
	CreatedOn  time.Time
	ModifiedOn time.Time
	Deleted    bool
	ReplacedBy string
	Content    string // data, reference and nested resource elements
	seq        int
}

// Request is what a client sent.
type Request struct {
	Op       Op
	Method   string
	Path     string // as sent, still escaped
	RawQuery string
	Query    url.Values
	Header   http.Header
	Length   int64 // Content-Length; -1 = chunked
	Host     string
	User     string
	Password string
	Body     []byte // decompressed
	Status   int    // of the answer; 0 = none was given
}

// File is what a download answers.
type File struct {
	ContentType string
	Filename    string
	Content     []byte
	Public      bool // served without credentials
}

// Eden is the fake. All methods may be called while it serves; those that configure it return it.
type Eden struct {
	base string
	done chan struct{}
	ca   string
	dial dialer

	mu           sync.Mutex
	uuid         string
	now          func() time.Time
	skew         time.Duration
	user         string
	password     string
	forbidden    map[Op]bool
	encoding     string
	maxBody      int64
	edensync     bool
	version      string // of the headers of an edensync
	poison       map[string]bool
	refused      map[string]fieldError
	mandatory    map[string][]string
	repositories map[string]string
	tables       map[string]map[string]*Record
	files        map[string]File
	scripts      []*script
	requests     []Request
	seq          int
	confirmed    map[string]answer
}

type fieldError struct{ field, message string }

func newEden() *Eden {
	return &Eden{
		done: make(chan struct{}), uuid: UUID,
		now:          time.Now, //nolint:forbidigo // a server runs on the machine's clock until Clock is called
		forbidden:    map[Op]bool{},
		poison:       map[string]bool{},
		refused:      map[string]fieldError{},
		mandatory:    map[string][]string{},
		repositories: map[string]string{},
		tables:       map[string]map[string]*Record{},
		files:        map[string]File{},
		confirmed:    map[string]answer{},
	}
}

// URL is the base URL, with the path of the application and without a slash at the end.
func (e *Eden) URL() string { return e.base }

// CA is the authority of a fake with TLS, in PEM form.
func (e *Eden) CA() string { return e.ca }

func (e *Eden) set(change func()) *Eden {
	e.mu.Lock()
	defer e.mu.Unlock()
	change()
	return e
}

// SetUUID makes the fake claim another identity.
func (e *Eden) SetUUID(uuid string) *Eden { return e.set(func() { e.uuid = uuid }) }

// Clock replaces the machine's clock.
func (e *Eden) Clock(now func() time.Time) *Eden { return e.set(func() { e.now = now }) }

// Skew puts the fake's clock ahead (or, negative, behind).
func (e *Eden) Skew(d time.Duration) *Eden { return e.set(func() { e.skew = d }) }

// RequireUser demands these credentials for all but public files.
func (e *Eden) RequireUser(user, password string) *Eden {
	return e.set(func() { e.user, e.password = user, password })
}

// Forbid answers these operations with 403 "Insufficient Privileges".
func (e *Eden) Forbid(ops ...Op) *Eden {
	return e.set(func() {
		for _, op := range ops {
			e.forbidden[op] = true
		}
	})
}

// Gzip compresses answers as a front-end proxy would, for clients that accept it.
func (e *Eden) Gzip() *Eden { return e.set(func() { e.encoding = "gzip" }) }

// Zstd compresses answers with zstd, for clients that accept it.
func (e *Eden) Zstd() *Eden { return e.set(func() { e.encoding = "zstd" }) }

// MaxBody answers pushes of more than n bytes with 413.
func (e *Eden) MaxBody(n int64) *Eden { return e.set(func() { e.maxBody = n }) }

// Edensync adds the extension headers of an edensync: version, cursor with pages, outcomes in push answers, zstd
// bodies and idempotency keys.
func (e *Eden) Edensync() *Eden { return e.EdensyncVersion("1") }

// EdensyncVersion is Edensync with another version of these headers.
func (e *Eden) EdensyncVersion(version string) *Eden {
	return e.set(func() { e.edensync, e.version = true, version })
}

// Poison answers any push that contains this uid with 500 and takes nothing of it.
func (e *Eden) Poison(uid string) *Eden { return e.set(func() { e.poison[uid] = true }) }

// Refuse rejects a record whenever it is pushed, with an error of one field; without a field the error is the
// record's own.
func (e *Eden) Refuse(uid, field, message string) *Eden {
	return e.set(func() { e.refused[uid] = fieldError{field, message} })
}

// Accept takes a refused or poisonous record from now on.
func (e *Eden) Accept(uid string) *Eden {
	return e.set(func() { delete(e.refused, uid); delete(e.poison, uid) })
}

// Mandatory names fields without which a new record of the resource is rejected.
func (e *Eden) Mandatory(resource string, fields ...string) *Eden {
	return e.set(func() { e.mandatory[resource] = fields; e.table(resource) })
}

// Know makes the fake have a table without records; requests for unknown tables are answered with 400.
func (e *Eden) Know(resources ...string) *Eden {
	return e.set(func() {
		for _, r := range resources {
			e.table(r)
		}
	})
}

// Registered makes the fake know a repository, as if it had registered.
func (e *Eden) Registered(uuid, name string) *Eden {
	return e.set(func() { e.repositories[uuid] = name })
}

// Put stores records as they are.
func (e *Eden) Put(records ...Record) *Eden {
	return e.set(func() {
		for _, r := range records {
			e.store(r)
		}
	})
}

// AddFile serves a file and returns its URL.
func (e *Eden) AddFile(name string, f File) string {
	e.set(func() { e.files[name] = f })
	return e.base + "/default/download/" + name
}

// Record returns a stored record.
func (e *Eden) Record(resource, uid string) (Record, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r := e.tables[resource][uid]; r != nil {
		return *r, true
	}
	return Record{}, false
}

// Records returns all records of a resource, deleted ones included, in the order of their local ids.
func (e *Eden) Records(resource string) []Record {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []Record
	for _, r := range e.sorted(resource, byID) {
		all = append(all, *r)
	}
	return all
}

// Repositories returns who has registered: uuid → name.
func (e *Eden) Repositories() map[string]string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return maps.Clone(e.repositories)
}

// Requests returns what was received so far, of one kind or (Any) of all kinds.
func (e *Eden) Requests(op Op) []Request {
	e.mu.Lock()
	defer e.mu.Unlock()
	var found []Request
	for _, r := range e.requests {
		if op == Any || r.Op == op {
			found = append(found, r)
		}
	}
	return found
}

func byID(a, b *Record) int  { return a.ID - b.ID }
func bySeq(a, b *Record) int { return a.seq - b.seq }

func (e *Eden) sorted(resource string, order func(a, b *Record) int) []*Record {
	return slices.SortedFunc(maps.Values(e.tables[resource]), order)
}

func (e *Eden) table(resource string) map[string]*Record {
	if e.tables[resource] == nil {
		e.tables[resource] = map[string]*Record{}
	}
	return e.tables[resource]
}

// store keeps a record and gives it a local id and a change number.
func (e *Eden) store(r Record) *Record {
	e.seq++
	r.seq = e.seq
	table := e.table(r.Resource)
	if old := table[r.UID]; old != nil {
		r.ID = old.ID
	} else if r.ID == 0 {
		r.ID = len(table) + 1
	}
	if r.UID == "" {
		r.UID = fmt.Sprintf("urn:uuid:00000000-0000-4000-9000-%012d", e.seq)
	}
	table[r.UID] = &r
	return &r
}

func (e *Eden) clock() time.Time { return e.now().Add(e.skew).UTC() }

// date is the fake's clock as answers carry it.
func (e *Eden) date() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.clock().Format(http.TimeFormat)
}

// operation tells what a request is for.
func operation(r *http.Request) Op {
	path := r.URL.Path
	switch {
	case strings.Contains(path, "/sync/repository/register"):
		return Register
	case strings.Contains(path, "/default/download/"):
		return Download
	case !strings.HasSuffix(path, "/sync.xml"):
		return Other
	case r.Method == http.MethodPost || r.Method == http.MethodPut:
		return Push
	default:
		return Pull
	}
}
