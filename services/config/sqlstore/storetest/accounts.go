package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/config"
)

func readUser(t *testing.T, s config.Store, id string) config.User {
	t.Helper()
	return get(t, s, func(ctx context.Context, r config.Reader) (config.User, error) { return r.User(ctx, id) })
}

func administrators(t *testing.T, s config.Store, withDisabled bool) int {
	t.Helper()
	return get(t, s, func(ctx context.Context, r config.Reader) (int, error) { return r.Administrators(ctx, withDisabled) })
}

func testUser(u suite) {
	t, s := u.t, u.store
	ann := user("1", "Ann Ö", config.RoleAdministrator)
	ann.Disabled, ann.RepositoryID, ann.Language = true, "r", "pt-BR"
	insertUsers(t, s, ann)
	same(t, "user", readUser(t, s, "1"), ann)
	err := tryWrite(t, s, func(ctx context.Context, tx config.Tx) error {
		return tx.InsertUser(ctx, user("2", "ANN ö", config.RoleViewer))
	})
	wantKind(t, err, apierr.KindAlreadyExists)

	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.SignedIn(ctx, "1", at) })
	changed := ann
	changed.Username, changed.Disabled, changed.PasswordHash, changed.RepositoryID, changed.Language, changed.Version = "Bea", false, "new", "", "ar", 2
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.UpdateUser(ctx, changed) })
	changed.LastSignInTime = at
	same(t, "changed", readUser(t, s, "1"), changed)

	for name, want := range map[string]bool{"bea": true, "BEA": true, "ann ö": false, "": false} {
		err := s.Read(t.Context(), func(r config.Reader) error {
			_, found, err := r.UserByName(t.Context(), name)
			same(t, "found "+name, found, want)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func testUserList(u suite) {
	t, s := u.t, u.store
	disabled := user("3", "carl", config.RoleAdministrator)
	disabled.Disabled = true
	insertUsers(t, s, user("1", "bob", config.RoleViewer), user("2", "Ann", config.RoleAdministrator), disabled, user("4", "Dan_", config.RolePeer))
	invited := user("5", "eva", config.RoleAdministrator)
	invited.PasswordHash = ""
	same(t, "administrators that can sign in", administrators(t, s, false), 1)
	same(t, "all administrators", administrators(t, s, true), 2)
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.InsertUser(ctx, invited) })
	same(t, "administrators that can sign in, and one who cannot yet", administrators(t, s, false), 1)
	known := invited
	known.Identity, known.Provisioned, known.Version = config.Identity{Issuer: "https://id.example.org", Subject: "Sub"}, true, 2
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.UpdateUser(ctx, known) })
	same(t, "administrators that can sign in, one by a provider", administrators(t, s, false), 2)
	testIdentities(t, s, known)
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.DeleteUser(ctx, "5") })
	for _, c := range []struct {
		name  string
		query config.UserQuery
		want  []string
		total int
	}{
		{"all", config.UserQuery{Limit: 9}, []string{"Ann", "bob", "carl", "Dan_"}, 4},
		{"page", config.UserQuery{AfterName: "ann", Limit: 2}, []string{"bob", "carl"}, 4},
		{"text", config.UserQuery{Text: "AN", Limit: 9}, []string{"Ann", "Dan_"}, 2},
		{"underscore", config.UserQuery{Text: "_", Limit: 9}, []string{"Dan_"}, 1},
		{"roles", config.UserQuery{Roles: []config.Role{config.RolePeer, config.RoleViewer}, Limit: 9}, []string{"bob", "Dan_"}, 2},
	} {
		var names []string
		err := s.Read(t.Context(), func(r config.Reader) error {
			page, total, err := r.Users(t.Context(), c.query)
			names = nil
			for _, u := range page {
				names = append(names, u.Username)
			}
			same(t, c.name+": total", total, c.total)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		same(t, c.name, names, c.want)
	}
}

// testIdentities finds known by its identity alone, which nobody else can have.
func testIdentities(t *testing.T, s config.Store, known config.User) {
	t.Helper()
	for _, c := range []struct {
		identity config.Identity
		want     config.User
	}{
		{known.Identity, known},
		{config.Identity{Issuer: known.Identity.Issuer, Subject: "sub"}, config.User{}},
		{config.Identity{Issuer: "https://other.example.org", Subject: "Sub"}, config.User{}},
		{config.Identity{}, config.User{}},
	} {
		got := get(t, s, func(ctx context.Context, r config.Reader) (config.User, error) {
			u, found, err := r.UserByIdentity(ctx, c.identity)
			same(t, "found", found, c.want.ID != "")
			return u, err
		})
		same(t, "user of an identity", got, c.want)
	}
	double := user("6", "double", config.RoleViewer)
	double.Identity = known.Identity
	wantKind(t, tryWrite(t, s, func(ctx context.Context, tx config.Tx) error { return tx.InsertUser(ctx, double) }), apierr.KindAlreadyExists)
}

func sessionExists(t *testing.T, s config.Store, hash string) bool {
	t.Helper()
	return get(t, s, func(ctx context.Context, r config.Reader) (bool, error) {
		_, _, found, err := r.SessionByHash(ctx, hash)
		return found, err
	})
}

func tokenExists(t *testing.T, s config.Store, hash string) bool {
	t.Helper()
	return get(t, s, func(ctx context.Context, r config.Reader) (bool, error) {
		_, _, found, err := r.TokenByHash(ctx, hash)
		return found, err
	})
}

func testUserDeletion(u suite) {
	t, s := u.t, u.store
	insertUsers(t, s, user("1", "ann", config.RoleViewer), user("2", "bob", config.RoleViewer))
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		for _, id := range []string{"1", "2"} {
			if err := tx.InsertSession(ctx, config.Session{ID: "i" + id, Hash: "s" + id, UserID: id, CreateTime: at, LastUseTime: at}); err != nil {
				return err
			}
			if err := tx.InsertToken(ctx, config.Token{ID: "t" + id, Name: "n" + id, Hash: "h" + id, UserID: id}); err != nil {
				return err
			}
		}
		return tx.DeleteUser(ctx, "1")
	})
	if sessionExists(t, s, "s1") || tokenExists(t, s, "h1") {
		t.Error("session or token survived the account")
	}
	if !sessionExists(t, s, "s2") || !tokenExists(t, s, "h2") {
		t.Error("session or token of another account is gone")
	}
	err := s.Read(t.Context(), func(r config.Reader) error {
		_, err := r.User(t.Context(), "1")
		return err
	})
	wantKind(t, err, apierr.KindNotFound)
}

func testSession(u suite) {
	t, s := u.t, u.store
	insertUsers(t, s, user("1", "ann", config.RoleViewer), user("2", "bob", config.RoleViewer))
	first := config.Session{ID: "ia", Hash: "a", UserID: "1", Address: "10.0.0.1", CreateTime: at, LastUseTime: at}
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		for _, session := range []config.Session{first, {ID: "ib", Hash: "b", UserID: "1"}, {ID: "ic", Hash: "c", UserID: "2"}} {
			if err := tx.InsertSession(ctx, session); err != nil {
				return err
			}
		}
		return tx.TouchSession(ctx, "a", at.Add(time.Hour))
	})
	first.LastUseTime = at.Add(time.Hour)
	got := get(t, s, func(ctx context.Context, r config.Reader) (config.Session, error) {
		session, owner, _, err := r.SessionByHash(ctx, "a")
		same(t, "whose it is", owner, user("1", "ann", config.RoleViewer))
		return session, err
	})
	same(t, "session", got, first)
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.DeleteSession(ctx, "a") })
	if sessionExists(t, s, "a") || !sessionExists(t, s, "b") {
		t.Error("not exactly session a was deleted")
	}
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.DeleteSessions(ctx, "1") })
	if sessionExists(t, s, "b") || !sessionExists(t, s, "c") {
		t.Error("not exactly the sessions of the user were deleted")
	}
}

func testSessionList(u suite) {
	t, s := u.t, u.store
	insertUsers(t, s, user("1", "ann", config.RoleViewer), user("2", "bob", config.RoleViewer))
	session := func(id, owner string, created, used time.Duration) config.Session {
		return config.Session{ID: id, Hash: "h" + id, UserID: owner, Address: "a" + id, CreateTime: at.Add(created), LastUseTime: at.Add(used)}
	}
	all := []config.Session{
		session("1", "1", time.Hour, time.Hour), session("2", "1", 2*time.Hour, 3*time.Hour), session("3", "1", 2*time.Hour, 2*time.Hour),
		session("old", "1", 0, time.Hour), session("idle", "1", time.Hour, 0), session("bob", "2", time.Hour, time.Hour),
	}
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		for _, item := range all {
			if err := tx.InsertSession(ctx, item); err != nil {
				return err
			}
		}
		return nil
	})
	q := config.SessionQuery{UserID: "1", CreatedAfter: at, UsedAfter: at, Limit: 2}
	for _, want := range [][]config.Session{{all[2], all[1]}, {all[0]}, nil} {
		err := s.Read(t.Context(), func(r config.Reader) error {
			page, total, err := r.Sessions(t.Context(), q)
			same(t, "page", page, want)
			same(t, "total", total, 3)
			if len(page) > 0 {
				q.Before = page[len(page)-1]
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[string]bool{"bob": true, "h1": false} {
		found := get(t, s, func(ctx context.Context, r config.Reader) (bool, error) {
			got, found, err := r.Session(ctx, id)
			if found {
				same(t, id, got, all[5])
			}
			return found, err
		})
		same(t, "session "+id, found, want)
	}
}

func testInvitation(u suite) {
	t, s := u.t, u.store
	insertUsers(t, s, user("1", "ann", config.RoleViewer), user("2", "bob", config.RoleViewer))
	find := func(hash string) (i config.Invitation) {
		return get(t, s, func(ctx context.Context, r config.Reader) (config.Invitation, error) {
			i, found, err := r.InvitationByHash(ctx, hash)
			if !found {
				i = config.Invitation{}
			}
			return i, err
		})
	}
	first := config.Invitation{UserID: "1", Hash: "h1", CreateTime: at, ExpireTime: at.Add(time.Hour)}
	second := config.Invitation{UserID: "1", Hash: "h2", CreateTime: at.Add(time.Minute), ExpireTime: at.Add(2 * time.Hour)}
	other := config.Invitation{UserID: "2", Hash: "h3", CreateTime: at, ExpireTime: at.Add(time.Hour)}
	for _, i := range []config.Invitation{first, second, other} {
		write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.SaveInvitation(ctx, i) })
	}
	same(t, "replaced", find("h1"), config.Invitation{})
	same(t, "present", find("h2"), second)
	same(t, "of another user", find("h3"), other)
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		return tx.Purge(ctx, config.Purge{Invitations: at.Add(time.Hour + time.Second)})
	})
	same(t, "expired", find("h3"), config.Invitation{})
	same(t, "not expired", find("h2"), second)
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		if err := tx.SaveInvitation(ctx, other); err != nil {
			return err
		}
		return tx.DeleteInvitation(ctx, "1")
	})
	same(t, "deleted", find("h2"), config.Invitation{})
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.DeleteUser(ctx, "2") })
	same(t, "gone with its user", find("h3"), config.Invitation{})
}

func testToken(u suite) {
	t, s := u.t, u.store
	insertUsers(t, s, user("u", "ann", config.RoleViewer))
	first := config.Token{ID: "1", Name: "Backup", Role: config.RoleOperator, Hash: "h1", UserID: "u", ExpireTime: at.Add(time.Hour), CreateTime: at}
	second := config.Token{ID: "2", Name: "Other", Role: config.RoleViewer, Hash: "h2", UserID: "u", CreateTime: at}
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		if err := tx.InsertToken(ctx, first); err != nil {
			return err
		}
		return tx.InsertToken(ctx, second)
	})
	err := tryWrite(t, s, func(ctx context.Context, tx config.Tx) error {
		return tx.InsertToken(ctx, config.Token{ID: "3", Name: "BACKUP", Hash: "h3", UserID: "u"})
	})
	wantKind(t, err, apierr.KindAlreadyExists)
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.TouchToken(ctx, "1", at) })
	first.LastUseTime, first.Username, second.Username = at, "ann", "ann"
	same(t, "token", get(t, s, func(ctx context.Context, r config.Reader) (config.Token, error) { return r.Token(ctx, "1") }), first)
	same(t, "by name", get(t, s, func(ctx context.Context, r config.Reader) (config.Token, error) {
		found, _, err := r.TokenByName(ctx, "backup")
		return found, err
	}), first)
	same(t, "by its secret", get(t, s, func(ctx context.Context, r config.Reader) (config.Token, error) {
		found, owner, _, err := r.TokenByHash(ctx, "h1")
		same(t, "whose it is", owner, user("u", "ann", config.RoleViewer))
		return found, err
	}), first)

	pages := map[string][]config.Token{"": {second, first}, "2": {first}, "1": nil}
	for before, want := range pages {
		err := s.Read(t.Context(), func(r config.Reader) error {
			page, total, err := r.Tokens(t.Context(), config.TokenQuery{BeforeID: before, Limit: 2})
			same(t, "page before "+before, page, want)
			same(t, "total", total, 2)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.DeleteToken(ctx, "1") })
	if tokenExists(t, s, "h1") || !tokenExists(t, s, "h2") {
		t.Error("not exactly token 1 was deleted")
	}
}
