package storetest

import (
	"context"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/config"
)

func testTask(u suite) {
	t, s := u.t, u.store
	insertRepositories(t, s, repository("1", "Kenya"), repository("2", "Chad"))
	full := config.DefaultTask("1", "org_office")
	full.Mode, full.Strategy, full.UpdatePolicy, full.ConflictPolicy = config.TaskPull, nil, config.PolicyMaster, config.PolicyThis
	full.Filters = []config.Filter{{Table: "org_office", Condition: `~.name__like="ä,ö"*`}, {Table: "gis_location", Condition: "~.code=1"}}
	full.LastPullTime, full.LastPushTime, full.CreateTime, full.UpdateTime, full.Version = at, at, at, at, 4
	other := config.DefaultTask("2", "org_office")
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		if err := tx.InsertTask(ctx, full); err != nil {
			return err
		}
		return tx.InsertTask(ctx, other)
	})
	read := func(repositoryID string) config.Task {
		return get(t, s, func(ctx context.Context, r config.Reader) (config.Task, error) {
			return r.Task(ctx, repositoryID, "org_office")
		})
	}
	same(t, "task", read("1"), full)
	same(t, "other task", read("2"), other)
	same(t, "count", readRepository(t, s, "1").TaskCount, 1)

	err := tryWrite(t, s, func(ctx context.Context, tx config.Tx) error { return tx.InsertTask(ctx, full) })
	wantKind(t, err, apierr.KindAlreadyExists)

	changed := full
	changed.Strategy, changed.Filters, changed.Version = config.AllMethods, nil, 5
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.UpdateTask(ctx, changed) })
	same(t, "changed", read("1"), changed)
	same(t, "other task afterwards", read("2"), other)

	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.DeleteTasks(ctx, "1") })
	err = s.Read(t.Context(), func(r config.Reader) error {
		_, err := r.Task(t.Context(), "1", "org_office")
		return err
	})
	wantKind(t, err, apierr.KindNotFound)
	write(t, s, func(ctx context.Context, tx config.Tx) error { return tx.DeleteTask(ctx, "2", "org_office") })
	same(t, "count after deletion", readRepository(t, s, "2").TaskCount, 0)
}

func testTaskList(u suite) {
	t, s := u.t, u.store
	insertRepositories(t, s, repository("1", "Kenya"), repository("2", "Chad"))
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		for _, name := range []string{"pr_person", "org_office", "Z_upper", "org_organisation"} {
			if err := tx.InsertTask(ctx, config.DefaultTask("1", name)); err != nil {
				return err
			}
		}
		return tx.InsertTask(ctx, config.DefaultTask("2", "gis_location"))
	})
	for _, c := range []struct {
		name  string
		query config.TaskQuery
		want  []string
		total int
	}{
		{"all, upper case first", config.TaskQuery{RepositoryID: "1"}, []string{"Z_upper", "org_office", "org_organisation", "pr_person"}, 4},
		{"page", config.TaskQuery{RepositoryID: "1", AfterResource: "Z_upper", Limit: 2}, []string{"org_office", "org_organisation"}, 4},
		{"other", config.TaskQuery{RepositoryID: "2", Limit: 9}, []string{"gis_location"}, 1},
		{"none", config.TaskQuery{RepositoryID: "3", Limit: 9}, nil, 0},
	} {
		var names []string
		total := 0
		err := s.Read(t.Context(), func(r config.Reader) error {
			page, n, err := r.Tasks(t.Context(), c.query)
			names, total = nil, n
			for _, task := range page {
				names = append(names, task.ResourceName)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		same(t, c.name, names, c.want)
		same(t, c.name+": total", total, c.total)
	}
}

func testResourceTasks(u suite) {
	t, s := u.t, u.store
	paused, gone := repository("2", "Chad"), repository("3", "Benin")
	paused.Paused, gone.DeleteTime = true, at
	insertRepositories(t, s, repository("1", "kenya"), paused, gone, repository("4", "Zambia"))
	first := config.DefaultTask("1", "org_office")
	first.Filters = []config.Filter{{Table: "org_office", Condition: "~.code=1"}}
	write(t, s, func(ctx context.Context, tx config.Tx) error {
		for _, task := range []config.Task{
			first, config.DefaultTask("2", "org_office"), config.DefaultTask("3", "org_office"), config.DefaultTask("4", "org_organisation"),
		} {
			if err := tx.InsertTask(ctx, task); err != nil {
				return err
			}
		}
		return nil
	})
	list := func(resource string, limit int) []config.ResourceTask {
		return get(t, s, func(ctx context.Context, r config.Reader) ([]config.ResourceTask, error) {
			return r.ResourceTasks(ctx, resource, limit)
		})
	}
	want := []config.ResourceTask{
		{Task: config.DefaultTask("2", "org_office"), RepositoryName: "Chad", Paused: true}, {Task: first, RepositoryName: "kenya"},
	}
	same(t, "by name", list("org_office", 9), want)
	same(t, "limit", list("org_office", 1), want[:1])
	same(t, "none", list("pr_person", 9), []config.ResourceTask{})
}
