package config

import (
	"context"
	"slices"
	"time"

	"github.com/edensync/edensync/internal/apierr"
)

// maxTasks bounds the tasks of one repository: a run reads them all at once.
const maxTasks = 1000

// Tasks answers a page of a live repository's tasks.
func (k *Keeper) Tasks(ctx context.Context, q TaskQuery) (Page[Task], error) {
	return readPage(ctx, k.store, func(r Reader) ([]Task, int, error) {
		if _, err := liveRepository(ctx, r, q.RepositoryID); err != nil {
			return nil, 0, err
		}
		return r.Tasks(ctx, q)
	})
}

// Task answers one task of a live repository.
func (k *Keeper) Task(ctx context.Context, repositoryID, resource string) (Task, error) {
	return look(ctx, k.store, func(r Reader) (Task, error) { return r.Task(ctx, repositoryID, resource) })
}

// maxResourceTasks bounds what is answered about one resource.
const maxResourceTasks = 500

// ResourceTasks answers with which repositories a resource is exchanged.
func (k *Keeper) ResourceTasks(ctx context.Context, resource string) ([]ResourceTask, error) {
	return look(ctx, k.store, func(r Reader) ([]ResourceTask, error) { return r.ResourceTasks(ctx, resource, maxResourceTasks) })
}

// CreateTask adds a resource to a repository.
func (k *Keeper) CreateTask(ctx context.Context, call Call, t Task) (Task, error) {
	about := Entry{Action: "create task", RepositoryID: t.RepositoryID, ResourceName: oneLine(t.ResourceName, maxResourceName)}
	resource, err := k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		t := t
		t.Filters = slices.Clone(t.Filters)
		if err := k.admit(ctx, tx, &t, e); err != nil {
			return "", err
		}
		t.LastPullTime, t.LastPushTime = time.Time{}, time.Time{}
		t.CreateTime, t.UpdateTime, t.Version = k.now(), k.now(), 1
		e.Message = describe(diff(nil, t.attributes()))
		return t.ResourceName, tx.InsertTask(ctx, t)
	})
	if err != nil {
		return Task{}, err
	}
	return k.Task(ctx, t.RepositoryID, resource)
}

// admit checks a new task, alone and among the others.
func (k *Keeper) admit(ctx context.Context, tx Tx, t *Task, e *Entry) error {
	repository, err := liveRepository(ctx, tx, t.RepositoryID)
	if err != nil {
		return err
	}
	e.RepositoryName = repository.Name
	if err := t.Normalize(); err != nil {
		return err
	}
	if err := checkExposed(ctx, tx, t.ResourceName); err != nil {
		return err
	}
	if repository.TaskCount >= maxTasks {
		return apierr.New(apierr.KindExhausted, apierr.ReasonLimitExceeded,
			"%s has %d resources already, so this one was not added; remove some first.", repository.Name, maxTasks)
	}
	_, err = tx.Task(ctx, t.RepositoryID, t.ResourceName)
	switch {
	case err == nil:
		return errTaskExists(t.ResourceName)
	case apierr.KindOf(err) == apierr.KindNotFound:
		return nil
	default:
		return err
	}
}

func errTaskExists(resource string) error {
	err := apierr.New(apierr.KindAlreadyExists, apierr.ReasonTaskExists, "%s.", TaskExists).With("resourceName", resource)
	err.Fields = []apierr.Field{{Name: "resourceName", Message: TaskExists}}
	return err
}

// checkExposed refuses accounts and machinery unless an administrator lists them.
func checkExposed(ctx context.Context, r Reader, resource string) error {
	if !IsKeptOut(resource) {
		return nil
	}
	site, err := r.Settings(ctx)
	if err != nil {
		return err
	}
	if slices.Contains(site.ExposedResources, resource) {
		return nil
	}
	refusal := apierr.New(apierr.KindPrecondition, apierr.ReasonResourceProtected,
		"%s holds accounts or the machinery of a site, so it is not exchanged; list it in the settings under exposed resources if you must.", resource)
	return refusal.With("resourceName", resource)
}

// UpdateTask lets apply change a task. New filters clear the times of the last
// exchange, so that everything selected is exchanged again.
func (k *Keeper) UpdateTask(ctx context.Context, call Call, id TaskID, etag string, apply func(*Task) error) (Task, error) {
	about := Entry{Action: "update task", RepositoryID: id.RepositoryID, ResourceName: oneLine(id.ResourceName, maxResourceName)}
	_, err := k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		before, err := k.editableTask(ctx, tx, id, etag, e)
		if err != nil {
			return "", err
		}
		after := before
		after.Filters, after.Strategy = slices.Clone(before.Filters), slices.Clone(before.Strategy)
		if err := changed(&after, apply); err != nil {
			return "", err
		}
		changes := diff(before.attributes(), after.attributes())
		if len(changes) == 0 {
			e.Action = ""
			return id.ResourceName, nil
		}
		if !slices.Equal(before.Filters, after.Filters) {
			after.LastPullTime, after.LastPushTime = time.Time{}, time.Time{}
		}
		after.Version, after.UpdateTime = before.Version+1, k.now()
		e.Message = describe(changes)
		return id.ResourceName, tx.UpdateTask(ctx, after)
	})
	if err != nil {
		return Task{}, err
	}
	return k.Task(ctx, id.RepositoryID, id.ResourceName)
}

// TaskID names a task.
type TaskID struct{ RepositoryID, ResourceName string }

func (k *Keeper) editableTask(ctx context.Context, tx Tx, id TaskID, etag string, e *Entry) (Task, error) {
	repository, err := liveRepository(ctx, tx, id.RepositoryID)
	if err != nil {
		return Task{}, err
	}
	e.RepositoryName = repository.Name
	task, err := tx.Task(ctx, id.RepositoryID, id.ResourceName)
	if err != nil {
		return Task{}, err
	}
	return task, checkEtag(etag, task.Etag(), "resource's configuration")
}

// DeleteTask removes a resource from a repository; records stay.
func (k *Keeper) DeleteTask(ctx context.Context, call Call, id TaskID, etag string) error {
	about := Entry{Action: "delete task", RepositoryID: id.RepositoryID, ResourceName: oneLine(id.ResourceName, maxResourceName)}
	_, err := k.change(ctx, call, about, func(tx Tx, e *Entry) (string, error) {
		task, err := k.editableTask(ctx, tx, id, etag, e)
		if err != nil {
			return "", err
		}
		e.Message = "was " + describe(diff(nil, task.attributes()))
		return id.ResourceName, tx.DeleteTask(ctx, id.RepositoryID, id.ResourceName)
	})
	return err
}
