package storetest

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/scheduler"
)

// Memory is a scheduler.Store without a database, for tests of the loop in virtual time. It passes the same suite as
// the real ones. Several loops may share it, as several processes share a database.
type Memory struct {
	now      func() time.Time
	mu       sync.Mutex
	jobs     map[string]*held
	requests map[scheduler.Call]scheduler.Job
	entries  []scheduler.Entry
}

type held struct {
	job   scheduler.Job
	until time.Time
}

var _ scheduler.Store = (*Memory)(nil)

// NewMemory makes an empty store whose database clock is now.
func NewMemory(now func() time.Time) *Memory {
	return &Memory{now: now, jobs: map[string]*held{}, requests: map[scheduler.Call]scheduler.Job{}}
}

// Entries lists the log entries that were written.
func (m *Memory) Entries() []scheduler.Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.entries)
}

// Create stores a new job.
func (m *Memory) Create(
	_ context.Context, call scheduler.Call, prepare func(now time.Time) (scheduler.Job, []scheduler.Entry, error),
) (scheduler.Job, error) {
	return m.once(call, func() (scheduler.Job, []scheduler.Entry, error) {
		job, entries, err := prepare(m.now())
		if err == nil {
			m.jobs[job.ID] = &held{job: job}
		}
		return job, entries, err
	})
}

// Change rewrites one job.
func (m *Memory) Change(
	_ context.Context, call scheduler.Call, id string,
	change func(j *scheduler.Job, now time.Time) ([]scheduler.Entry, error),
) (scheduler.Job, error) {
	return m.once(call, func() (scheduler.Job, []scheduler.Entry, error) {
		h, err := m.find(id)
		if err != nil {
			return scheduler.Job{}, nil, err
		}
		job := h.job
		entries, err := change(&job, m.now())
		if err == nil {
			h.job = job
		}
		return job, entries, err
	})
}

// Remove deletes one job.
func (m *Memory) Remove(
	_ context.Context, call scheduler.Call, id string, check func(j *scheduler.Job) ([]scheduler.Entry, error),
) error {
	_, err := m.once(call, func() (scheduler.Job, []scheduler.Entry, error) {
		h, err := m.find(id)
		if err != nil {
			return scheduler.Job{}, nil, err
		}
		entries, err := check(&h.job)
		if err == nil {
			delete(m.jobs, id)
		}
		return scheduler.Job{}, entries, err
	})
	return err
}

// Get answers one job.
func (m *Memory) Get(_ context.Context, id string) (scheduler.Job, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	h, err := m.find(id)
	if err != nil {
		return scheduler.Job{}, err
	}
	return h.job, nil
}

// List answers at most limit jobs behind the position, and how many match altogether.
func (m *Memory) List(
	_ context.Context, query scheduler.Query, after scheduler.Position, limit int,
) ([]scheduler.Job, int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := m.matching(query)
	rest := slices.DeleteFunc(slices.Clone(all), func(j scheduler.Job) bool {
		return after != scheduler.Position{} && compare(query.Position(&j), after) <= 0
	})
	return rest[:min(limit, len(rest))], len(all), nil
}

func (m *Memory) matching(query scheduler.Query) []scheduler.Job {
	var jobs []scheduler.Job
	for _, h := range m.jobs {
		inRepository := query.RepositoryID == "" || query.RepositoryID == h.job.RepositoryID
		listed := query.Order != scheduler.ByNextRun || !h.job.Foreseen().IsZero()
		if listed && inRepository && (len(query.States) == 0 || slices.Contains(query.States, h.job.State)) {
			jobs = append(jobs, h.job)
		}
	}
	slices.SortFunc(jobs, func(a, b scheduler.Job) int { return compare(query.Position(&a), query.Position(&b)) })
	return jobs
}

func compare(a, b scheduler.Position) int {
	return cmp.Or(
		strings.Compare(a.RepositoryID, b.RepositoryID), a.Time.Compare(b.Time), strings.Compare(a.ID, b.ID),
	)
}

// Claim leases and takes the jobs that have been due for longest.
func (m *Memory) Claim(_ context.Context, _ string, ttl time.Duration, limit int) ([]scheduler.Claimed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []*held
	now := m.now()
	for _, h := range m.jobs {
		if !h.job.DueTime.IsZero() && !h.job.DueTime.After(now) && !h.until.After(now) {
			due = append(due, h)
		}
	}
	slices.SortFunc(due, func(a, b *held) int {
		return cmp.Or(a.job.DueTime.Compare(b.job.DueTime), strings.Compare(a.job.ID, b.job.ID))
	})
	var claimed []scheduler.Claimed
	for _, h := range due[:min(limit, len(due))] {
		h.until = now.Add(ttl)
		h.job.Generation++
		step := h.job.Take(now)
		claimed = append(claimed, scheduler.Claimed{Job: h.job, Step: step})
	}
	return claimed, nil
}

// Renew makes the lease last for ttl from now.
func (m *Memory) Renew(_ context.Context, lease scheduler.Lease, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	h, err := m.leased(lease)
	if err != nil {
		return err
	}
	h.until = m.now().Add(ttl)
	return nil
}

// Settle rewrites the leased job.
func (m *Memory) Settle(
	_ context.Context, lease scheduler.Lease, change func(j *scheduler.Job, now time.Time) []scheduler.Entry,
) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	h, err := m.leased(lease)
	if err != nil {
		return err
	}
	m.entries = append(m.entries, change(&h.job, m.now())...)
	return nil
}

// Release gives the lease back.
func (m *Memory) Release(_ context.Context, lease scheduler.Lease) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if h, err := m.leased(lease); err == nil {
		h.until = time.Time{}
	}
	return nil
}

// Plans sums up the jobs of repositories, in the order of the ids.
func (m *Memory) Plans(_ context.Context, repositoryIDs []string) ([]scheduler.Plan, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	plans := make([]scheduler.Plan, len(repositoryIDs))
	for i, id := range repositoryIDs {
		plans[i].RepositoryID = id
		for _, j := range m.matching(scheduler.Query{RepositoryID: id}) {
			plans[i].Jobs++
			if j.Enabled {
				plans[i].EnabledJobs++
			}
			if next := j.Foreseen(); !next.IsZero() && (plans[i].NextRunTime.IsZero() || next.Before(plans[i].NextRunTime)) {
				plans[i].NextRunTime = next
			}
		}
	}
	return plans, nil
}

// Rename notes what a repository is called.
func (m *Memory) Rename(_ context.Context, repositoryID, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, h := range m.jobs {
		if h.job.RepositoryID == repositoryID {
			h.job.RepositoryName = name
		}
	}
	return nil
}

// Repositories lists the repositories that have jobs.
func (m *Memory) Repositories(context.Context) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var ids []string
	for _, h := range m.jobs {
		ids = append(ids, h.job.RepositoryID)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// Cancel deletes all jobs of a repository.
func (m *Memory) Cancel(_ context.Context, repositoryID string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, job := range m.matching(scheduler.Query{RepositoryID: repositoryID}) {
		m.entries = append(m.entries, scheduler.Cancelled(&job))
		delete(m.jobs, job.ID)
	}
	return nil
}

func (m *Memory) find(id string) (*held, error) {
	if h, ok := m.jobs[id]; ok {
		return h, nil
	}
	return nil, apierr.NotFound("job", id)
}

func (m *Memory) leased(lease scheduler.Lease) (*held, error) {
	if h, ok := m.jobs[lease.JobID]; ok && h.job.Generation == lease.Generation {
		return h, nil
	}
	return nil, scheduler.ErrLeaseLost
}

func (m *Memory) once(
	call scheduler.Call, do func() (scheduler.Job, []scheduler.Entry, error),
) (scheduler.Job, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for known, answer := range m.requests {
		if call.RequestID == "" || known.Actor != call.Actor || known.Method != call.Method || known.RequestID != call.RequestID {
			continue
		}
		if known.Fingerprint != call.Fingerprint {
			return scheduler.Job{}, apierr.New(apierr.KindInvalid, apierr.ReasonIdempotencyReused, "used before")
		}
		return answer, nil
	}
	job, entries, err := do()
	if err != nil {
		return scheduler.Job{}, err
	}
	m.entries = append(m.entries, entries...)
	if call.RequestID != "" {
		m.requests[call] = job
	}
	return job, nil
}
