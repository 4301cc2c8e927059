package config

import (
	"context"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// RepositoryPage is a page of repositories with the numbers beside its filters.
type RepositoryPage struct {
	Page[Repository]
	Counts ConditionCounts // of those that match the text alone
}

// Repositories answers a page of live repositories.
func (k *Keeper) Repositories(ctx context.Context, q RepositoryQuery) (RepositoryPage, error) {
	return read(ctx, k.store, func(r Reader) (p RepositoryPage, err error) {
		if p.Items, p.Total, err = r.Repositories(ctx, q); err != nil {
			return p, err
		}
		p.Counts, err = r.ConditionCounts(ctx, q.Text)
		return p, err
	})
}

// Repository answers a live repository.
func (k *Keeper) Repository(ctx context.Context, id string) (Repository, error) {
	return look(ctx, k.store, func(r Reader) (Repository, error) { return liveRepository(ctx, r, id) })
}

func liveRepository(ctx context.Context, r Reader, id string) (Repository, error) {
	repository, err := r.Repository(ctx, id)
	if err == nil && !repository.DeleteTime.IsZero() {
		err = apierr.NotFound("repository", id)
	}
	return repository, err
}

// CreateRepository stores a new repository. With a URL its registration is
// PENDING afterwards, whatever comes of it.
func (k *Keeper) CreateRepository(ctx context.Context, call Call, r Repository) (Repository, error) {
	about := Entry{Action: "create repository", RepositoryName: oneLine(r.Name, maxName)}
	id, err := k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		r := r
		now := k.now()
		r.ID, r.CreateTime, r.UpdateTime, r.Version = newID(), now, now, 1
		if err := changed(&r, func(*Repository) error { return nil }); err != nil {
			return "", err
		}
		if r.UUID != "" {
			r.UUIDSource = UUIDEntered
		}
		r.Registration.begin(r.URL != "", now)
		return r.ID, insertRepository(ctx, tx, r, e)
	})
	if err != nil {
		return Repository{}, err
	}
	return k.Repository(ctx, id)
}

func insertRepository(ctx context.Context, tx Tx, r Repository, e *Entry) error {
	if err := checkUnique(ctx, tx, r); err != nil {
		return err
	}
	e.RepositoryID, e.RepositoryName, e.Message = r.ID, r.Name, describe(diff(nil, r.attributes()))
	return tx.InsertRepository(ctx, r)
}

// UpdateRepository lets apply change a repository. Saving one with a URL makes
// its registration PENDING again.
func (k *Keeper) UpdateRepository(ctx context.Context, call Call, id, etag string, apply func(*Repository) error) (Repository, error) {
	about := Entry{Action: "update repository", RepositoryID: id}
	_, err := k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		before, err := k.editable(ctx, tx, id, etag, e)
		if err != nil {
			return "", err
		}
		after := before
		if err := changed(&after, apply); err != nil {
			return "", err
		}
		if err := enterUUID(before, &after); err != nil {
			return "", err
		}
		if err := checkUnique(ctx, tx, after); err != nil {
			return "", err
		}
		after.Registration.begin(after.URL != "", k.now())
		if err := tx.SaveRegistration(ctx, id, after.Registration); err != nil {
			return "", err
		}
		return id, k.storeRepository(ctx, tx, before, after, e)
	})
	if err != nil {
		return Repository{}, err
	}
	return k.Repository(ctx, id)
}

// editable is the live repository in the version that the caller knows.
func (k *Keeper) editable(ctx context.Context, tx Tx, id, etag string, e *Entry) (Repository, error) {
	r, err := liveRepository(ctx, tx, id)
	if err != nil {
		return r, err
	}
	e.RepositoryName = r.Name
	return r, checkEtag(etag, r.Etag(), "repository")
}

// enterUUID notes who entered a new identifier. After an exchange it cannot
// change any more: cursors and origins of records belong to it.
func enterUUID(before Repository, after *Repository) error {
	if after.UUID == before.UUID {
		return nil
	}
	if before.UUID != "" && before.Exchanged() {
		return apierr.New(apierr.KindPrecondition, apierr.ReasonPrecondition,
			"Records were exchanged with %s already, so its UUID stays; if another site answers there now, add it as a new repository.", before.Name).
			With("field", "uuid")
	}
	after.UUIDSource = UUIDEntered
	if after.UUID == "" {
		after.UUIDSource = UUIDNone
	}
	return nil
}

// checkUnique refuses what another live repository, or this site, has already.
func checkUnique(ctx context.Context, r Reader, repository Repository) error {
	site, err := r.Settings(ctx)
	if err != nil {
		return err
	}
	if err := checkOther(site, repository); err != nil {
		return err
	}
	for _, unique := range []struct {
		key    RepositoryKey
		value  string
		reason apierr.Reason
		field  string
		noun   string
	}{
		{ByName, repository.Name, apierr.ReasonAlreadyExists, "name", "name"},
		{ByURL, repository.URL, apierr.ReasonAlreadyExists, "url", "URL"},
		{ByUUID, repository.UUID, apierr.ReasonRepositoryUUIDTaken, "uuid", "UUID"},
	} {
		if unique.value == "" {
			continue
		}
		other, err := r.TakenBy(ctx, unique.key, unique.value)
		if err != nil {
			return err
		}
		if other != "" && other != repository.ID {
			return errTaken(unique.reason, unique.field, unique.noun, other)
		}
	}
	return nil
}

func errTaken(reason apierr.Reason, field, noun, other string) error {
	err := apierr.New(apierr.KindAlreadyExists, reason,
		"Another repository has this %s already, so nothing was saved; change the %s, or edit the other repository.", noun, noun).
		With("field", field).With("repositoryId", other)
	err.Fields = []apierr.Field{{Name: field, Message: "is used by another repository"}}
	return err
}

// checkOther refuses an entry for this site itself: it would exchange with itself.
func checkOther(site Settings, r Repository) error {
	field := ""
	switch {
	case r.UUID != "" && r.UUID == site.RepositoryUUID:
		field = "uuid"
	case r.URL != "" && r.URL == site.PublicURL:
		field = "url"
	default:
		return nil
	}
	err := apierr.New(apierr.KindInvalid, apierr.ReasonRepositoryIsThisSite,
		"This is the address or the UUID of this very site, so nothing was saved; enter those of the remote site.")
	err.Fields = []apierr.Field{{Name: field, Message: "belongs to this site itself"}}
	return err
}

func (k *Keeper) storeRepository(ctx context.Context, tx Tx, before, after Repository, e *Entry) error {
	changes := diff(before.attributes(), after.attributes())
	e.RepositoryID, e.RepositoryName, e.Message = after.ID, after.Name, describe(changes)
	if len(changes) == 0 {
		return nil
	}
	after.Version, after.UpdateTime = before.Version+1, k.now()
	return tx.UpdateRepository(ctx, after)
}

// DeleteRepository removes a repository with its tasks. Its row stays without
// address and credentials, so that the remote site is recognised if it
// registers again.
func (k *Keeper) DeleteRepository(ctx context.Context, call Call, id, etag string) error {
	about := Entry{Action: "delete repository", RepositoryID: id}
	_, err := k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		r, err := k.editable(ctx, tx, id, etag, e)
		if err != nil {
			return "", err
		}
		e.Message = "with its resources"
		if err := tx.DeleteTasks(ctx, id); err != nil {
			return "", err
		}
		r.URL, r.Username, r.Password, r.Proxy, r.CACertificates = "", "", "", "", ""
		r.DeleteTime, r.UpdateTime, r.Version = k.now(), k.now(), r.Version+1
		r.Registration.begin(false, k.now())
		if err := tx.SaveRegistration(ctx, id, r.Registration); err != nil {
			return "", err
		}
		return id, tx.UpdateRepository(ctx, r)
	})
	return err
}

// SetPaused pauses or resumes a repository; doing it twice changes nothing.
func (k *Keeper) SetPaused(ctx context.Context, call Call, id string, paused bool) (Repository, error) {
	about := Entry{Action: "resume repository", RepositoryID: id}
	if paused {
		about.Action = "pause repository"
	}
	_, err := k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		before, err := k.editable(ctx, tx, id, "", e)
		if err != nil {
			return "", err
		}
		if before.Paused == paused {
			e.Action = ""
			return id, nil
		}
		after := before
		after.Paused = paused
		return id, k.storeRepository(ctx, tx, before, after, e)
	})
	if err != nil {
		return Repository{}, err
	}
	return k.Repository(ctx, id)
}

// Exchange is everything that is needed to exchange with one repository.
type Exchange struct {
	Repository Repository
	Tasks      []Task // by resource name
	Site       Settings
}

// Exchange answers everything that a run with a repository needs, as of one moment.
func (k *Keeper) Exchange(ctx context.Context, id string) (Exchange, error) {
	return look(ctx, k.store, func(r Reader) (Exchange, error) {
		x, found, err := r.Exchange(ctx, id)
		if err == nil && !found {
			err = apierr.NotFound("repository", id)
		}
		return x, err
	})
}

// ExchangeByUUID does so for the repository with a remote identifier.
func (k *Keeper) ExchangeByUUID(ctx context.Context, uuid string) (Exchange, error) {
	return look(ctx, k.store, func(r Reader) (Exchange, error) {
		x, found, err := r.ExchangeByUUID(ctx, uuid)
		if err == nil && !found {
			err = apierr.NotFound("repository", oneLine(uuid, maxUUID))
		}
		return x, err
	})
}

// ReportContact stores the times of a contact with a remote site.
func (k *Keeper) ReportContact(ctx context.Context, c Contact) error {
	// A clock that runs ahead must not make all later contacts look old.
	c.LastConnectTime = notAfter(c.LastConnectTime, k.now())
	for i := range c.Tasks {
		c.Tasks[i].LastPullTime = notAfter(c.Tasks[i].LastPullTime, k.now())
		c.Tasks[i].LastPushTime = notAfter(c.Tasks[i].LastPushTime, k.now())
	}
	if c.Run != nil {
		if err := c.Run.check(); err != nil {
			return err
		}
		c.Run.EndTime = notAfter(c.Run.EndTime, k.now())
	}
	if c.Run == nil && !c.ClockMeasured && len(c.Tasks) == 0 {
		return k.connected(ctx, c)
	}
	return k.store.Write(ctx, func(tx Tx) error { return saveContact(ctx, tx, c) })
}

func (k *Keeper) connected(ctx context.Context, c Contact) error {
	found, err := k.store.Connected(ctx, c.RepositoryID, c.LastConnectTime)
	if err == nil && !found {
		err = apierr.NotFound("repository", c.RepositoryID)
	}
	return err
}

func saveContact(ctx context.Context, tx Tx, c Contact) error {
	if c.Run != nil { // The number of failures rises with each report, so none may overtake another.
		if err := tx.Guard(ctx); err != nil {
			return err
		}
	}
	r, err := liveRepository(ctx, tx, c.RepositoryID)
	if err != nil {
		return err
	}
	if err := tx.SaveContact(ctx, c); err != nil || c.Run == nil {
		return err
	}
	return tx.SaveHealth(ctx, r.ID, r.Health.After(*c.Run))
}

func notAfter(t, limit time.Time) time.Time {
	if t.After(limit) {
		return limit
	}
	return t
}
