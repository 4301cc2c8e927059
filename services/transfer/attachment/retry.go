package attachment

import (
	"context"
	"errors"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/peer"
)

var (
	errRemoved = errors.New("the repository that has the file was removed")
	errPage    = errors.New("the remote site sent a web page instead of the file")
)

// Times of repeated attempts: they double from the first to the longest pause.
const (
	firstPause   = time.Minute
	longestPause = 12 * time.Hour
	// maxAttempts ends the attempts at a file that the remote does not give, after about three days.
	maxAttempts = 15
)

// concernsSite tells whether a failure says something about the whole remote site and not about one file. Such
// files are never given up: a site may be away for weeks.
func concernsSite(err error) bool {
	var e *peer.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Reason {
	case peer.ReasonUnavailable, peer.ReasonProxy, peer.ReasonTLS, peer.ReasonUnauthenticated, peer.ReasonOverloaded, peer.ReasonAddress:
		return true
	}
	return false
}

// hopeless tells whether no later attempt can help.
func hopeless(err error) bool {
	var e *peer.Error
	if errors.As(err, &e) {
		return e.Reason == peer.ReasonNotAllowed || e.Reason == peer.ReasonAnswerTooLarge
	}
	return errors.Is(err, errRemoved)
}

// nextTry is when to try again after so many failed attempts; zero = never.
func nextTry(now time.Time, attempts int, err error) time.Time {
	if hopeless(err) || attempts >= maxAttempts && !concernsSite(err) {
		return time.Time{}
	}
	pause := longestPause
	if shift := max(attempts-1, 0); shift < 16 {
		pause = min(firstPause<<shift, longestPause)
	}
	var e *peer.Error
	if errors.As(err, &e) {
		pause = max(pause, e.RetryAfter)
	}
	return now.Add(pause)
}

// fail notes a failed attempt with words for people.
func (r *round) fail(ctx context.Context, file *transfer.StoredFile, err error) error {
	message := err.Error()
	var e *peer.Error
	if errors.As(err, &e) {
		message = e.Message
	}
	next := nextTry(r.Now(), file.Attempts+1, err)
	current, noted := r.Store.FailFile(ctx, file, message, next)
	if current && next.IsZero() && noted == nil {
		r.lost = append(r.lost, GivenUp{File: file.File, Reason: reasonOf(err), Message: message})
	}
	return noted
}

func reasonOf(err error) string {
	var e *peer.Error
	switch {
	case errors.As(err, &e):
		return e.Reason
	case errors.Is(err, errRemoved):
		return string(apierr.ReasonRepositoryDeleted)
	default:
		return string(apierr.ReasonPeerBadAnswer)
	}
}

// report tells of the files that this round gave up, by repository and resource.
func (r *round) report(ctx context.Context) {
	type group struct{ repository, resource string }
	var order []group
	groups := map[group][]GivenUp{}
	for _, file := range r.lost {
		g := group{file.RepositoryID, file.Key.Resource}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], file)
	}
	if r.GivenUp == nil {
		return
	}
	for _, g := range order {
		r.GivenUp(context.WithoutCancel(ctx), groups[g])
	}
}
