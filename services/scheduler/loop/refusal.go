package loop

import (
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// refusal is why transfer has not started a run.
type refusal uint8

const (
	broken  refusal = iota // a fault of this installation
	busy                   // another run of the repository is active
	paused                 // the repository is paused
	gone                   // the repository was removed
	later                  // transfer does not answer or is overloaded
	forGood                // it cannot work before somebody changes something
)

// refusalOf sorts the errors of StartRun.
func refusalOf(err error) refusal {
	e, ok := apierr.As(apierr.FromStatus(err))
	if !ok {
		return broken
	}
	switch {
	case e.Reason == apierr.ReasonRunActive, e.Kind == apierr.KindAlreadyExists:
		return busy
	case e.Reason == apierr.ReasonRepositoryPaused:
		return paused
	case repositoryGone(e):
		return gone
	}
	switch e.Kind {
	case apierr.KindUnavailable, apierr.KindTimeout, apierr.KindExhausted:
		return later
	case apierr.KindPrecondition, apierr.KindInvalid, apierr.KindNotFound:
		return forGood
	default:
		return broken
	}
}

// repositoryGone asks for more than a NOT_FOUND: the jobs of a repository are only removed when it is the repository
// that is missing.
func repositoryGone(e *apierr.Error) bool {
	return e.Kind == apierr.KindNotFound && e.Reason == apierr.ReasonNotFound && e.Metadata["what"] == "repository"
}

// Limits of the pause between two attempts to start one slot.
const (
	firstRetry = time.Second
	lastRetry  = 30 * time.Second
	maxRetry   = 5 * time.Minute // if transfer asks for it
)

// pauseBefore doubles with every attempt; a longer one that transfer asks for is kept.
func pauseBefore(attempts int32, cause error) time.Duration {
	pause := min(firstRetry<<min(max(attempts, 1)-1, 10), lastRetry)
	if e, ok := apierr.As(cause); ok {
		pause = max(pause, min(e.RetryAfter, maxRetry))
	}
	return pause
}
