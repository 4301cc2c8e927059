package config

import (
	"context"
	"errors"

	"github.com/edensync/edensync/internal/apierr"
)

// AdministratorName is the account that a password given at the first start makes.
const AdministratorName = "admin"

// Prepare gets a site without administrator ready for its first one. With a
// password it makes the account "admin"; otherwise it answers a new one-time
// setup code that the process prints. With an administrator it answers nothing
// and the password is ignored.
func (k *Keeper) Prepare(ctx context.Context, password Secret) (Secret, error) {
	required, err := k.SetupRequired(ctx)
	if err != nil || !required {
		return "", err
	}
	if password != "" {
		err := k.first(ctx, User{Username: AdministratorName}, password, nil)
		if errors.Is(err, errSetupDone) {
			return "", nil // another replica was faster
		}
		return "", err
	}
	code, err := NewSetupCode()
	if err != nil {
		return "", err
	}
	return code, k.store.Write(ctx, func(tx Tx) error { return tx.InsertSetupCode(ctx, hashOfCode(code.Reveal()), k.now()) })
}

// SetupRequired tells whether this site still waits for its first administrator.
func (k *Keeper) SetupRequired(ctx context.Context) (bool, error) {
	return read(ctx, k.store, func(r Reader) (bool, error) {
		n, err := r.Administrators(ctx, true)
		return n == 0, err
	})
}

var errSetupDone error = apierr.New(apierr.KindNotFound, apierr.ReasonSetupDone,
	"This site has an administrator already, so there is nothing to set up; sign in.")

// Setup is the first administrator setting the site up.
type Setup struct {
	Code     string
	Username string
	Password Secret
	SiteName string // empty keeps the present one
	Address  string
}

// setupAccount is the account under which wrong setup codes are counted; no
// account can have this name.
const setupAccount = "setup:code"

// SetUp makes the first administrator and signs in.
func (k *Keeper) SetUp(ctx context.Context, s Setup) (OpenedSession, error) {
	about := Entry{Actor: Actor{User: oneLine(s.Username, maxUsername)}, Action: "set up", Message: "from " + oneLine(s.Address, 64)}
	if err := k.checkCode(ctx, s); err != nil {
		return OpenedSession{}, k.refused(ctx, about, err)
	}
	var opened OpenedSession
	u := User{Username: s.Username}
	err := k.first(ctx, u, s.Password, func(tx Tx, u User) error {
		if err := k.nameSite(ctx, tx, s.SiteName); err != nil {
			return err
		}
		var err error
		opened, err = k.open(ctx, tx, u, s.Address)
		return err
	})
	return opened, err
}

// checkCode counts wrong codes like wrong passwords.
func (k *Keeper) checkCode(ctx context.Context, s Setup) error {
	required, err := k.SetupRequired(ctx)
	if err != nil {
		return err
	}
	if !required {
		return errSetupDone
	}
	a := attempt{account: setupAccount, address: s.Address}
	if err := k.charge(ctx, a); err != nil {
		return err
	}
	if err := k.store.Read(ctx, func(r Reader) error { return findCode(ctx, r, s.Code) }); err != nil {
		return err
	}
	return k.refund(ctx, a)
}

// findCode looks at code and administrators at one moment: the codes end with
// the making of the first administrator.
func findCode(ctx context.Context, r Reader, code string) error {
	n, err := r.Administrators(ctx, true)
	if err != nil {
		return err
	}
	if n > 0 {
		return errSetupDone
	}
	known, err := r.SetupCodeExists(ctx, hashOfCode(code))
	if err != nil || known {
		return err
	}
	return apierr.New(apierr.KindPermissionDenied, apierr.ReasonSetupCodeWrong,
		"This is not the setup code, so nothing was set up; copy it from the place where edensync was started, or start it again for a new one.")
}

// first makes the first administrator, then does the rest in the same
// transaction. Setup codes end with it.
func (k *Keeper) first(ctx context.Context, u User, password Secret, rest func(tx Tx, u User) error) error {
	u.Role = RoleAdministrator
	about := Entry{Actor: Actor{User: oneLine(u.Username, maxUsername)}, Action: "create first administrator"}
	if err := k.prepareUser(ctx, &u, password); err != nil {
		return k.refused(ctx, about, err)
	}
	_, err := k.change(ctx, Call{Actor: about.Actor}, about, func(tx Tx, e *Entry) (string, error) {
		n, err := tx.Administrators(ctx, true)
		if err != nil {
			return "", err
		}
		if n > 0 {
			return "", errSetupDone
		}
		u.ID = newID()
		e.Message = describe(diff(nil, u.attributes()))
		if err := k.insertUser(ctx, tx, u); err != nil {
			return "", err
		}
		if err := tx.DeleteSetupCodes(ctx); err != nil || rest == nil {
			return u.ID, err
		}
		return u.ID, rest(tx, u)
	})
	return err
}

func (k *Keeper) nameSite(ctx context.Context, tx Tx, name string) error {
	if name == "" {
		return nil
	}
	before, err := tx.Settings(ctx)
	if err != nil {
		return err
	}
	after := before
	if err := changed(&after, func(s *Settings) error { s.SiteName = name; return nil }); err != nil {
		return err
	}
	var ignored Entry
	return k.storeSettings(ctx, tx, before, after, &ignored)
}
