package service_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
)

func TestListInPages(t *testing.T) {
	t.Parallel()
	b := open(t)
	for range 3 {
		b.create(&schedulerv1.Job{RepositoryId: "r1", StartTime: later()})
		b.create(&schedulerv1.Job{RepositoryId: "r2", StartTime: later(), Enabled: proto.Bool(false)})
	}
	seen := map[string]bool{}
	request := &schedulerv1.ListJobsRequest{PageSize: 4}
	for pages := 1; ; pages++ {
		page, err := b.client.ListJobs(b.as("VIEWER"), request)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, job := range page.GetJobs() {
			seen[job.GetId()] = true
		}
		if page.GetTotalSize() != 6 {
			b.t.Errorf("total = %d", page.GetTotalSize())
		}
		if request.PageToken = page.GetNextPageToken(); request.GetPageToken() == "" {
			if pages != 2 || len(seen) != 6 {
				b.t.Errorf("%d jobs in %d pages", len(seen), pages)
			}
			break
		}
		_, err = b.client.ListJobs(b.admin(), &schedulerv1.ListJobsRequest{PageToken: request.GetPageToken(), RepositoryId: "r1"})
		b.wantReason(err, apierr.ReasonInvalidPageToken)
	}
	off, err := b.client.ListJobs(b.admin(), &schedulerv1.ListJobsRequest{States: []schedulerv1.JobState{schedulerv1.JobState_JOB_STATE_DISABLED}})
	if err != nil || len(off.GetJobs()) != 3 || off.GetJobs()[0].GetRepositoryId() != "r2" {
		b.t.Errorf("off = %v, %v", off, err)
	}
	_, err = b.client.ListJobs(b.admin(), &schedulerv1.ListJobsRequest{PageSize: -1})
	b.wantReason(err, apierr.ReasonInvalidArgument)
	_, err = b.client.ListJobs(b.admin(), &schedulerv1.ListJobsRequest{States: []schedulerv1.JobState{77}})
	b.wantReason(err, apierr.ReasonInvalidArgument)
}

func TestJobsByTheirNextSlots(t *testing.T) {
	t.Parallel()
	b := open(t)
	var want []string
	for _, hours := range []time.Duration{3, 1, 2} {
		job := b.create(&schedulerv1.Job{RepositoryId: "r1", StartTime: timestamppb.New(time.Now().Add(hours * time.Hour))})
		want = append(want, job.GetId())
	}
	off := b.create(&schedulerv1.Job{RepositoryId: "r2", StartTime: later(), Enabled: proto.Bool(false)})
	request := &schedulerv1.ListJobsRequest{OrderBy: "next_run_time", PageSize: 2}
	var got []string
	for {
		page, err := b.client.ListJobs(b.as("VIEWER"), request)
		if err != nil || page.GetTotalSize() != 3 {
			b.t.Fatal(page, err)
		}
		for _, job := range page.GetJobs() {
			got = append(got, job.GetId())
			if job.GetRepositoryName() != "Kisumu" {
				b.t.Errorf("name of the repository: %v", job)
			}
		}
		if request.PageToken = page.GetNextPageToken(); request.GetPageToken() == "" {
			break
		}
		if _, err := b.client.ListJobs(b.admin(), &schedulerv1.ListJobsRequest{PageToken: request.GetPageToken()}); apierr.ReasonOf(err) != apierr.ReasonInvalidPageToken {
			b.t.Errorf("token of another order: %v", err)
		}
	}
	if strings.Join(got, " ") != strings.Join([]string{want[1], want[2], want[0]}, " ") {
		b.t.Errorf("%v, without %s", got, off.GetId())
	}
	_, err := b.client.ListJobs(b.admin(), &schedulerv1.ListJobsRequest{OrderBy: "name"})
	b.wantReason(err, apierr.ReasonInvalidArgument)
}

func TestSchedulesOfRepositories(t *testing.T) {
	t.Parallel()
	b := open(t)
	next := later()
	b.create(&schedulerv1.Job{RepositoryId: "r1", StartTime: next})
	b.create(&schedulerv1.Job{RepositoryId: "r1", StartTime: later(), Enabled: proto.Bool(false)})
	answer, err := b.client.ListRepositorySchedules(b.as("VIEWER"), &schedulerv1.ListRepositorySchedulesRequest{RepositoryIds: []string{"r2", "r1"}})
	if err != nil || len(answer.GetSchedules()) != 2 {
		b.t.Fatal(answer, err)
	}
	none, r1 := answer.GetSchedules()[0], answer.GetSchedules()[1]
	if none.GetRepositoryId() != "r2" || none.GetJobCount() != 0 || none.GetNextRunTime() != nil {
		b.t.Errorf("without jobs: %v", none)
	}
	if r1.GetRepositoryId() != "r1" || r1.GetJobCount() != 2 || r1.GetEnabledJobCount() != 1 || r1.GetNextRunTime().AsTime().Sub(next.AsTime()).Abs() > time.Second {
		b.t.Errorf("with jobs: %v", r1)
	}
	_, err = b.client.ListRepositorySchedules(b.admin(), &schedulerv1.ListRepositorySchedulesRequest{RepositoryIds: make([]string, 501)})
	b.wantReason(err, apierr.ReasonInvalidArgument)
}
