package config

import (
	"slices"
	"strings"
	"time"
)

// TaskMode tells in which directions a resource is exchanged by runs.
type TaskMode string

// The modes of tasks.
const (
	TaskPull        TaskMode = "PULL"
	TaskPush        TaskMode = "PUSH"
	TaskPullAndPush TaskMode = "PULL_AND_PUSH"
	TaskNone        TaskMode = "NONE" // the policies still hold for what the remote site pushes
)

// Method is something that an import may do with records of this site.
type Method string

// The methods.
const (
	MethodCreate Method = "CREATE"
	MethodUpdate Method = "UPDATE"
	MethodDelete Method = "DELETE"
	MethodMerge  Method = "MERGE"
)

// AllMethods are all methods in the order in which they are stored and shown.
var AllMethods = []Method{MethodCreate, MethodUpdate, MethodDelete, MethodMerge}

// Policy tells whose version of a record wins, seen from this site.
type Policy string

// The policies.
const (
	PolicyThis   Policy = "THIS"
	PolicyOther  Policy = "OTHER"
	PolicyNewer  Policy = "NEWER"
	PolicyMaster Policy = "MASTER"
)

// Task is one resource configured for a repository.
type Task struct {
	RepositoryID   string
	ResourceName   string // unique in the repository
	Mode           TaskMode
	Strategy       []Method // in the order of AllMethods; empty: nothing may be imported
	UpdatePolicy   Policy
	ConflictPolicy Policy
	Filters        []Filter
	LastPullTime   time.Time // zero: everything is asked for
	LastPushTime   time.Time // zero: everything is sent
	CreateTime     time.Time
	UpdateTime     time.Time
	Version        int64
}

// TaskExists is what the guide says about it.
const TaskExists = "This resource is already configured for this repository"

// DefaultTask is a task of which nothing was said but its resource.
func DefaultTask(repositoryID, resource string) Task {
	return Task{
		RepositoryID: repositoryID, ResourceName: resource,
		Mode: TaskPullAndPush, Strategy: slices.Clone(AllMethods), UpdatePolicy: PolicyNewer, ConflictPolicy: PolicyNewer,
	}
}

// Etag names this version of the task.
func (t Task) Etag() string { return etagOf("task", t.RepositoryID+"/"+t.ResourceName, t.Version) }

// Normalize checks the task and puts its strategy in order. The error is an
// *apierr.Error; rules that look at other rows are Keeper's.
func (t *Task) Normalize() error {
	var f findings
	t.ResourceName = strings.TrimSpace(t.ResourceName)
	f.unless(validResourceName(t.ResourceName), "resourceName", badResourceName)
	f.unless(slices.Contains([]TaskMode{TaskPull, TaskPush, TaskPullAndPush, TaskNone}, t.Mode), "mode",
		"must be PULL, PUSH, PULL_AND_PUSH or NONE")
	t.normalizeStrategy(&f)
	checkPolicy(&f, "updatePolicy", t.UpdatePolicy)
	checkPolicy(&f, "conflictPolicy", t.ConflictPolicy)
	checkFilters(&f, t.Filters)
	return f.err()
}

func (t *Task) normalizeStrategy(f *findings) {
	for _, m := range t.Strategy {
		if !slices.Contains(AllMethods, m) {
			f.add("strategy", "must consist of CREATE, UPDATE, DELETE and MERGE")
			return
		}
	}
	var ordered []Method
	for _, m := range AllMethods {
		if slices.Contains(t.Strategy, m) {
			ordered = append(ordered, m)
		}
	}
	t.Strategy = ordered
}

func checkPolicy(f *findings, field string, p Policy) {
	f.unless(slices.Contains([]Policy{PolicyThis, PolicyOther, PolicyNewer, PolicyMaster}, p), field,
		"must be THIS, OTHER, NEWER or MASTER")
}

// attributes are what the audit log tells about a task.
func (t Task) attributes() []attribute {
	return []attribute{
		{name: "mode", value: string(t.Mode)},
		{name: "strategy", value: joined(t.Strategy)},
		{name: "updatePolicy", value: string(t.UpdatePolicy)},
		{name: "conflictPolicy", value: string(t.ConflictPolicy)},
		{name: "filters", value: describeFilters(t.Filters)},
	}
}

func joined(methods []Method) string {
	parts := make([]string, len(methods))
	for i, m := range methods {
		parts[i] = string(m)
	}
	return strings.Join(parts, "+")
}
