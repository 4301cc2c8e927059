// Package storetest is what a config.Store must do, whatever the engine. Every
// difference found between engines becomes a case here.
package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/config"
)

// Open makes an empty store for one test.
type Open func(t *testing.T) config.Store

// suite is one test and its empty store.
type suite struct {
	t     *testing.T
	store config.Store
}

// Run runs the whole suite.
func Run(t *testing.T, open Open) {
	t.Helper()
	for name, test := range map[string]func(suite){
		"settings":                testSettings,
		"rollback":                testRollback,
		"guard":                   testGuard,
		"repository round trip":   testRepositoryRoundTrip,
		"repository uniqueness":   testRepositoryUniqueness,
		"repository deleted":      testRepositoryDeleted,
		"repository list":         testRepositoryList,
		"repository conditions":   testConditions,
		"repository health":       testHealth,
		"clocks":                  testClocks,
		"contact":                 testContact,
		"connected":               testConnected,
		"registration claim":      testRegistrationClaim,
		"registration expiry":     testRegistrationExpiry,
		"registration in two":     testRegistrationInTwo,
		"task":                    testTask,
		"task list":               testTaskList,
		"tasks of a resource":     testResourceTasks,
		"exchange":                testExchange,
		"user":                    testUser,
		"user list":               testUserList,
		"user deletion":           testUserDeletion,
		"session":                 testSession,
		"session list":            testSessionList,
		"invitation":              testInvitation,
		"token":                   testToken,
		"attempts":                testAttempts,
		"setup codes and request": testSetupCodesAndRequests,
		"purge":                   testPurge,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(suite{t, open(t)})
		})
	}
}

// at is a time of microsecond resolution, as the databases keep it.
var at = time.Date(2026, 3, 4, 5, 6, 7, 891234000, time.UTC)

func write(t *testing.T, s config.Store, work func(ctx context.Context, tx config.Tx) error) {
	t.Helper()
	if err := tryWrite(t, s, work); err != nil {
		t.Fatal(err)
	}
}

func tryWrite(t *testing.T, s config.Store, work func(ctx context.Context, tx config.Tx) error) error {
	t.Helper()
	return s.Write(t.Context(), func(tx config.Tx) error { return work(t.Context(), tx) })
}

// get runs one query on a snapshot and fails the test on an error.
func get[T any](t *testing.T, s config.Store, query func(ctx context.Context, r config.Reader) (T, error)) T {
	t.Helper()
	var result T
	err := s.Read(t.Context(), func(r config.Reader) (err error) {
		result, err = query(t.Context(), r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func wantKind(t *testing.T, err error, kind apierr.Kind) {
	t.Helper()
	if err == nil || apierr.KindOf(err) != kind {
		t.Errorf("error = %v, want kind %v", err, kind)
	}
}

func repository(id, name string) config.Repository {
	return config.Repository{
		ID: id, Name: name, Type: config.TypeEden, CreateTime: at, UpdateTime: at, Version: 1,
		Registration: config.Registration{State: config.RegistrationNone, Time: at},
	}
}

func insertRepositories(t *testing.T, s config.Store, list ...config.Repository) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		for _, r := range list {
			if err := tx.InsertRepository(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func readRepository(t *testing.T, s config.Store, id string) config.Repository {
	t.Helper()
	return get(t, s, func(ctx context.Context, r config.Reader) (config.Repository, error) { return r.Repository(ctx, id) })
}

func user(id, name string, role config.Role) config.User {
	return config.User{ID: id, Username: name, Role: role, PasswordHash: "hash of " + name, CreateTime: at, UpdateTime: at, Version: 1}
}

func insertUsers(t *testing.T, s config.Store, list ...config.User) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		for _, u := range list {
			if err := tx.InsertUser(ctx, u); err != nil {
				return err
			}
		}
		return nil
	})
}
