package service_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/config/service"
	"github.com/edensync/edensync/services/config/sqlstore"
)

// measured are the values of a metric by repository.
func (s *site) measured(name string) map[string]float64 {
	s.t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(s.service.Collectors()...)
	families, err := registry.Gather()
	if err != nil {
		s.t.Fatal(err)
	}
	values := map[string]float64{}
	for _, family := range families {
		for _, metric := range family.GetMetric() {
			if family.GetName() == name {
				values[metric.GetLabel()[0].GetValue()] = metric.GetGauge().GetValue()
			}
		}
	}
	return values
}

func TestMonitoringSeesRepositoriesAsTheDatabaseHasThem(t *testing.T) {
	t.Parallel()
	const success, offset = "edensync_last_success_timestamp_seconds", "edensync_clock_offset_seconds"
	each(t, func(s *site) {
		kenya := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.example.org/eden"}).GetId()
		s.createRepository(&configv1.Repository{Name: "Nobody yet", Url: "https://n.example.org/eden"})
		at := s.clock.Now()
		s.ran(kenya, transferv1.RunState_RUN_STATE_DONE_WITH_WARNINGS)
		s.ran(kenya, transferv1.RunState_RUN_STATE_FAILED)
		if _, err := s.exchanges.ReportContact(s.by("transfer"), &configv1.ReportContactRequest{
			RepositoryId: kenya, LastConnectTime: timestamppb.New(s.clock.Now()), ClockOffset: durationpb.New(1500e6),
		}); err != nil {
			s.t.Fatal(err)
		}
		s.start() // a restart forgets nothing
		if got := s.measured(success); len(got) != 1 || got["Kenya"] != float64(at.Unix()) {
			s.t.Errorf("last success: %v", got)
		}
		if got := s.measured(offset); len(got) != 1 || got["Kenya"] != 1.5 {
			s.t.Errorf("clock: %v", got)
		}
		if _, err := s.repos.DeleteRepository(s.admin(), &configv1.DeleteRepositoryRequest{Id: kenya}); err != nil {
			s.t.Fatal(err)
		}
		if got := s.measured(success); len(got) != 0 {
			s.t.Errorf("after it was removed: %v", got)
		}
	})
}

func TestPasswordChecksAreLimited(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		for n, want := range map[int]apierr.Reason{-1: apierr.ReasonSettingsInvalid, 65: apierr.ReasonSettingsInvalid, 64: ""} {
			settings := s.settings
			settings.PasswordChecks = n
			if _, err := service.OpenOn(s.t.Context(), settings, s.deps, s.db); apierr.ReasonOf(err) != want {
				s.t.Errorf("%d: %v", n, err)
			}
		}
	})
}

// future are the tables of a version that comes after this one and keeps the promise of docs/operations.md: it only adds.
func future(t *testing.T) fs.FS {
	t.Helper()
	all := fstest.MapFS{}
	for _, engine := range sqldbtest.Engines {
		files, err := fs.ReadDir(sqlstore.Migrations, engine)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := fs.ReadFile(sqlstore.Migrations, engine+"/"+file.Name())
			if err != nil {
				t.Fatal(err)
			}
			all[engine+"/"+file.Name()] = &fstest.MapFile{Data: text}
		}
		all[engine+"/9001_future.sql"] = &fstest.MapFile{Data: []byte(`-- +goose Up
			ALTER TABLE repository ADD COLUMN flavour TEXT NOT NULL DEFAULT 'plain';
			ALTER TABLE task ADD COLUMN flavour TEXT NOT NULL DEFAULT 'plain';
			ALTER TABLE account ADD COLUMN flavour TEXT NOT NULL DEFAULT 'plain';
			CREATE TABLE flavour (name TEXT PRIMARY KEY);`)}
	}
	return all
}

// During a rollout the old version works on the tables of the new one, and starts on them, too.
func TestOldVersionWorksOnTablesOfTheNextOne(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		work := func(name string) {
			s.t.Helper()
			r := s.createRepository(&configv1.Repository{Name: name, Url: "https://" + name + ".example.org/eden", Username: "u", Password: "secret of " + name})
			s.createTask(&configv1.Task{RepositoryId: r.GetId(), ResourceName: "org_office", Mode: configv1.TaskMode_TASK_MODE_PULL})
			s.createUser(&configv1.User{Username: name, Role: administrator})
			if got := s.exchange(r.GetId()); got.GetPassword() != "secret of "+name || len(got.GetTasks()) != 1 {
				s.t.Errorf("%s: %v", name, got)
			}
		}
		work("before")
		if err := s.db.Migrate(s.t.Context(), future(s.t), "config_version"); err != nil {
			s.t.Fatal(err)
		}
		work("during")
		s.start()
		work("after")
	})
}
