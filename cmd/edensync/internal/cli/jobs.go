package cli

import (
	"time"

	"google.golang.org/protobuf/proto"

	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
)

// jobsCommand manages when repositories are synchronized.
type jobsCommand struct {
	Remote  `embed:""`
	List    jobsList    `cmd:"" help:"List jobs, of one repository or of all."`
	Show    jobsShow    `cmd:"" help:"Show one job."`
	Add     jobsAdd     `cmd:"" help:"Synchronize a repository at regular times. All its resources are exchanged."`
	Edit    jobsEdit    `cmd:"" help:"Change a job, or switch it on and off."`
	Remove  jobsRemove  `cmd:"" help:"Remove a job; a run under way goes on."`
	Reset   jobsReset   `cmd:"" help:"Reactivate a job that has switched itself off."`
	Preview jobsPreview `cmd:"" help:"Show the next times of a schedule that need not be saved."`
}

type jobsList struct {
	Listing
	Repository string   `arg:"" optional:"" help:"Name of the repository."`
	State      []string `query:"states" help:"Only those in this state: queued, running, expired, completed, disabled, failed."`
}

// Run lists jobs.
func (c *jobsList) Run(e *Env) error {
	query, err := e.selection(c, "")
	if err != nil {
		return err
	}
	path := "/jobs"
	if c.Repository != "" {
		repository, err := e.repository(c.Repository)
		if err != nil {
			return err
		}
		path = under(repository, "/jobs")
	}
	if err := e.knowNames(); err != nil {
		return err
	}
	return e.list(path, query, c.Listing, func() proto.Message { return &schedulerv1.ListJobsResponse{} },
		"repositoryId", "state", "startTime", "repeat", "runEvery", "timeout", "lastRun.startTime", "lastRun.state", "nextRunTime", "endTime", "id")
}

// jobName names a job.
type jobName struct {
	ID string `arg:"" name:"id" help:"Id of the job, or its beginning."`
}

type jobsShow struct{ jobName }

// Run shows one job.
func (c *jobsShow) Run(e *Env) error {
	job, err := e.job(c.ID)
	if err != nil {
		return err
	}
	return e.print(job)
}

// jobFlags are what people decide about a job.
type jobFlags struct {
	Enabled     *bool          `field:"enabled" negatable:"" help:"Whether it runs."`
	StartTime   *string        `field:"start_time" help:"Time of the first run, UTC. Default: now." placeholder:"TIME"`
	EndTime     *string        `field:"end_time" help:"No run starts after this time, UTC; none: no end." placeholder:"TIME"`
	Repeat      *int32         `field:"repeat" help:"How many successful runs to make; 0: no limit." placeholder:"N"`
	RunEvery    *time.Duration `field:"run_every" help:"Time between two runs, such as 5m. Default: 10m."`
	Timeout     *time.Duration `field:"timeout" help:"Longest time that a run may take. Default: 10m."`
	MaxFailures *int32         `field:"max_failures" help:"After how many failed runs in a row it switches itself off; 0: never." placeholder:"N"`
}

type jobsAdd struct {
	Repository string `arg:"" help:"Name of the repository."`
	jobFlags
}

// Run adds a job.
func (c *jobsAdd) Run(e *Env) error {
	repository, err := e.repository(c.Repository)
	if err != nil {
		return err
	}
	in, job := &schedulerv1.Job{}, &schedulerv1.Job{}
	if _, err := fill(in, &c.jobFlags, clock()); err != nil {
		return &outcome{code: exitUsage, err: err}
	}
	if err := e.call("POST", under(repository, "/jobs"), in, job); err != nil {
		return err
	}
	return e.print(job)
}

type jobsEdit struct {
	jobName
	jobFlags
}

// Run changes a job.
func (c *jobsEdit) Run(e *Env) error {
	job, err := e.job(c.ID)
	if err != nil {
		return err
	}
	changed := &schedulerv1.Job{}
	if err := e.change(jobPath(job), &schedulerv1.Job{Etag: job.GetEtag()}, &c.jobFlags, changed); err != nil {
		return err
	}
	return e.print(changed)
}

type jobsRemove struct{ jobName }

// Run removes a job.
func (c *jobsRemove) Run(e *Env) error {
	job, err := e.job(c.ID)
	if err != nil {
		return err
	}
	if err := e.call("DELETE", jobPath(job), nil, nil); err != nil {
		return err
	}
	e.say("Job %s was removed.", job.GetId())
	return nil
}

type jobsReset struct{ jobName }

// Run reactivates a job.
func (c *jobsReset) Run(e *Env) error {
	job, err := e.job(c.ID)
	if err != nil {
		return err
	}
	if err := e.call("POST", jobPath(job)+":reset", &schedulerv1.ResetJobRequest{}, job); err != nil {
		return err
	}
	if job.GetEnabled() {
		e.say("Job reactivated")
	}
	return e.print(job)
}

type jobsPreview struct {
	Repository string `arg:"" help:"Name of the repository."`
	Count      int32  `help:"How many times." default:"5"`
	jobFlags
}

// Run shows the next slots.
func (c *jobsPreview) Run(e *Env) error {
	repository, err := e.repository(c.Repository)
	if err != nil {
		return err
	}
	job, answer := &schedulerv1.Job{}, &schedulerv1.PreviewJobResponse{}
	if _, err := fill(job, &c.jobFlags, clock()); err != nil {
		return &outcome{code: exitUsage, err: err}
	}
	if err := e.call("POST", under(repository, "/jobs:preview"), &schedulerv1.PreviewJobRequest{Job: job, Count: c.Count}, answer); err != nil {
		return err
	}
	if e.remote.Output == "json" {
		return e.print(answer)
	}
	for _, slot := range answer.GetSlotTimes() {
		e.line("%s", messageText(slot))
	}
	return nil
}
