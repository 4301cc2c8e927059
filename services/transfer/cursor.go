package transfer

import "time"

// Cursor is how far the task of one resource has got with one repository, in both directions. It exists also
// for exchanges that the remote starts, and for resources without a task.
type Cursor struct {
	RepositoryID string
	Resource     string

	// PullTime is the youngest modified_on that was received from an Eden, capped by the remote's clock; the
	// next request asks from PullTime minus the overlap. Zero = nothing was received yet: ask for everything.
	PullTime time.Time
	// PullToken is the opaque change-number cursor that an edensync gave us.
	PullToken string
	// Edensync says that the remote's last answer came from an edensync.
	Edensync bool
	// PushSeq is the change number up to which everything was said to the remote and confirmed by it.
	PushSeq int64
	// SyncSeq is our change number that the repository is known to have seen. Conflict detection compares with it.
	SyncSeq int64
	// OneWay is true as long as nothing was ever sent to the repository from here: then SyncSeq follows the
	// exchanges received.
	OneWay bool

	// Selection is the text of what is exchanged (filters, strategy, policies); when it changes the next pull
	// asks for everything.
	Selection  string
	LastFullAt time.Time // this site's clock
	LastPullAt time.Time
	LastPushAt time.Time
}

// NewCursor is that of a task that was never exchanged.
func NewCursor(repositoryID, resource string) Cursor {
	return Cursor{RepositoryID: repositoryID, Resource: resource, OneWay: true}
}

// Serving is what was sent to an Eden that pulled: the youngest modification time in the answer and the change
// number up to which the answer was complete. A later request from that time on confirms it.
type Serving struct {
	Youngest time.Time
	Seq      int64
	ServedAt time.Time
}

// Msince is the lower bound that a pull sends to an Eden: the youngest time received minus the overlap. ok is
// false when everything must be asked for.
func (c *Cursor) Msince(overlap time.Duration) (since time.Time, ok bool) {
	if c.PullTime.IsZero() {
		return time.Time{}, false
	}
	return c.PullTime.Add(-overlap).Truncate(time.Second), true
}

// CapPullTime is the cursor after a pull: the youngest time received, but never beyond the remote's clock plus
// one second, so that a record dated in the future cannot hide what comes later.
func CapPullTime(youngest, remoteNow time.Time) time.Time {
	if limit := remoteNow.Add(time.Second); !remoteNow.IsZero() && youngest.After(limit) {
		return limit.Truncate(time.Second)
	}
	return youngest
}

// Confirmed is the change number that a request from since on confirms: the latest serving whose youngest time
// is not after it. 0 = none.
func Confirmed(servings []Serving, since time.Time) int64 {
	var seq int64
	for _, s := range servings {
		if !s.Youngest.After(since) && s.Seq > seq {
			seq = s.Seq
		}
	}
	return seq
}
