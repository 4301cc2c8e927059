package config

import (
	"context"
	"slices"
)

// Begin makes the settings at the first start; later it changes nothing. It
// answers the settings in force.
func (k *Keeper) Begin(ctx context.Context) (Settings, error) {
	err := k.store.Write(ctx, func(tx Tx) error {
		if err := tx.Guard(ctx); err != nil {
			return err
		}
		return tx.InsertSettings(ctx, DefaultSettings(k.now()))
	})
	if err != nil {
		return Settings{}, err
	}
	return k.Settings(ctx)
}

// Settings answers the settings of this site.
func (k *Keeper) Settings(ctx context.Context) (Settings, error) {
	return look(ctx, k.store, func(r Reader) (Settings, error) { return r.Settings(ctx) })
}

// UpdateSettings lets apply change the settings. An etag that is not empty must
// be the present one.
func (k *Keeper) UpdateSettings(ctx context.Context, call Call, etag string, apply func(*Settings) error) (Settings, error) {
	about := Entry{Action: "update settings"}
	_, err := k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		before, err := tx.Settings(ctx)
		if err != nil {
			return "", err
		}
		if err := checkEtag(etag, before.Etag(), "site's settings"); err != nil {
			return "", err
		}
		after := before
		after.ExposedResources = slices.Clone(before.ExposedResources)
		if err := changed(&after, apply); err != nil {
			return "", err
		}
		return after.RepositoryUUID, k.storeSettings(ctx, tx, before, after, e)
	})
	if err != nil {
		return Settings{}, err
	}
	return k.Settings(ctx)
}

func (k *Keeper) storeSettings(ctx context.Context, tx Tx, before, after Settings, e *Entry) error {
	changes := diff(before.attributes(), after.attributes())
	if len(changes) == 0 {
		e.Action = ""
		return nil
	}
	after.RepositoryUUID, after.CreateTime = before.RepositoryUUID, before.CreateTime
	after.Version, after.UpdateTime = before.Version+1, k.now()
	e.Message = describe(changes)
	return tx.UpdateSettings(ctx, after)
}

// changed applies a change and checks the result.
func changed[T any, P interface {
	*T
	Normalize() error
}](p P, apply func(*T) error) error {
	if err := apply(p); err != nil {
		return err
	}
	return p.Normalize()
}

// Status answers who this site is and how its clocks agree.
func (k *Keeper) Status(ctx context.Context) (Settings, Clocks, error) {
	var clocks Clocks
	settings, err := read(ctx, k.store, func(r Reader) (Settings, error) {
		s, err := r.Settings(ctx)
		if err != nil {
			return s, err
		}
		clocks, err = r.Clocks(ctx, s.MaxClockOffset)
		return s, err
	})
	return settings, clocks, err
}
