package audit

import (
	"fmt"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

const maxRequestID = 64

// Validate says what is wrong with a purge.
func (p Purge) Validate() error {
	var fields []apierr.Field
	if p.Before.IsZero() {
		fields = append(fields, apierr.Field{Name: "beforeTime", Message: "is required: entries before this time are removed"})
	}
	if len(p.RequestID) > maxRequestID {
		fields = append(fields, apierr.Field{Name: "requestId", Message: "must not be longer than 64 characters"})
	}
	if len(p.RepositoryID) > maxText {
		fields = append(fields, apierr.Field{Name: "repositoryId", Message: "is too long"})
	}
	if len(fields) > 0 {
		return apierr.Invalid(fields...)
	}
	return nil
}

// Completed is the entry that tells about the purge.
func (p Purge) Completed(purged int64, repositoryName string) Entry {
	e := p.Record
	e.RepositoryID, e.RepositoryName, e.ResourceName = p.RepositoryID, repositoryName, None
	e.Mode, e.Transmission, e.Action, e.Result = ModeNone, TransmissionNone, "purge", ResultSuccess
	of := "of all repositories"
	if p.RepositoryID != "" {
		of = "of this repository"
	}
	e.Message = fmt.Sprintf("Log entries %s before %s removed (%d entries)", of, p.Before.UTC().Format(time.RFC3339), purged)
	return e.Normalize()
}
