package sqlstore

import (
	"context"
	"time"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/config"
)

func registrationValues(r config.Registration) []any {
	return []any{string(r.State), r.Message, micros(r.Time), r.Generation, 0}
}

// SaveRegistration stores the state and ends a claim.
func (a *access) SaveRegistration(ctx context.Context, id string, r config.Registration) error {
	return a.exec(ctx, "save registration of "+id, "UPDATE repository SET "+setAll(registrationColumns)+" WHERE id = ?",
		append(registrationValues(r), id)...)
}

// RegistrationsPending looks whether there is anything to claim or to expire.
func (a *access) RegistrationsPending(ctx context.Context) (bool, error) {
	var pending bool
	query := "SELECT EXISTS (SELECT 1 FROM repository WHERE registration_state = 'PENDING' AND registration_lease < " +
		sqldb.NowSQL(a.q.Dialect()) + ")"
	return pending, wrap("look for registrations", a.q.Get(ctx, &pending, query))
}

// ClaimRegistration leases the oldest free one.
func (a *access) ClaimRegistration(ctx context.Context, lease time.Duration) (string, int64, bool, error) {
	var claimed struct {
		ID         string `db:"id"`
		Generation int64  `db:"registration_generation"`
	}
	query := "UPDATE repository SET registration_generation = registration_generation + 1, registration_lease = " +
		sqldb.NowSQL(a.q.Dialect()) + " + ? WHERE id = (SELECT id FROM repository " +
		"WHERE registration_state = 'PENDING' AND registration_lease = 0 AND delete_time = 0 " +
		"ORDER BY registration_time, id LIMIT 1" + skipLocked(a.q.Dialect()) + ") RETURNING id, registration_generation"
	found, err := one(ctx, a.q, &claimed, query, lease.Microseconds())
	return claimed.ID, claimed.Generation, found, wrap("claim a registration", err)
}

// ExpireRegistrations ends overdue claims.
func (a *access) ExpireRegistrations(ctx context.Context, message string) error {
	now := sqldb.NowSQL(a.q.Dialect())
	return a.exec(ctx, "expire registrations",
		"UPDATE repository SET registration_state = 'FAILED', registration_message = ?, registration_time = "+now+
			", registration_generation = registration_generation + 1, registration_lease = 0"+
			" WHERE registration_state = 'PENDING' AND registration_lease > 0 AND registration_lease < "+now, message)
}
