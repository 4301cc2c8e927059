package service_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/edensync/edensync/internal/apierr"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer/peertest"
)

// What a run has moved is seen at the repository and in the sum of the site.
func TestActivity(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		eden := peertest.Start(t).Know("org_office").Registered(siteUUID, "Test site")
		eden.Put(office("urn:uuid:1", "Harbour", at), office("urn:uuid:2", "Pier", at))
		s := start(t, engine)
		run := s.synchronize(t, s.add(eden.URL(), "", ""))
		answer, err := s.activities.ListRepositoryActivities(as(t, "VIEWER"), &transferv1.ListRepositoryActivitiesRequest{RepositoryIds: []string{"r1", "none"}})
		if err != nil {
			t.Fatal(err)
		}
		r1, none := answer.GetActivities()[0], answer.GetActivities()[1]
		if len(r1.GetRuns()) != 1 || r1.GetActiveRunId() != "" || r1.GetRepositoryId() != "r1" || none.GetRepositoryId() != "none" || len(none.GetRuns()) != 0 {
			t.Fatalf("activities: %v", answer)
		}
		recent := r1.GetRuns()[0]
		if recent.GetRunId() != run.GetId() || recent.GetState() != run.GetState() || recent.GetTrigger() != run.GetTrigger() || recent.GetPulled() != 2 ||
			recent.GetPushed() != 0 || recent.GetStartTime() == nil || recent.GetEndTime() == nil {
			t.Errorf("recent run: %v", recent)
		}
		sum, err := s.activities.GetSiteActivity(as(t, "VIEWER"), &transferv1.GetSiteActivityRequest{})
		if err != nil {
			t.Fatal(err)
		}
		var pulled int64
		var runs int32
		for _, b := range sum.GetBuckets() {
			pulled += b.GetPulled()
			runs += b.GetRuns()
		}
		if pulled != 2 || runs != 1 || len(sum.GetBuckets()) < 48 || sum.GetBucket().AsDuration() != 30*time.Minute || sum.GetOpenConflicts() != 0 {
			t.Errorf("site: %v", sum)
		}
		_, err = s.activities.GetSiteActivity(as(t, "VIEWER"), &transferv1.GetSiteActivityRequest{Bucket: durationpb.New(time.Second)})
		if apierr.KindOf(err) != apierr.KindInvalid {
			t.Errorf("buckets of a second: %v", err)
		}
		_, err = s.activities.ListRepositoryActivities(as(t, "VIEWER"), &transferv1.ListRepositoryActivitiesRequest{RepositoryIds: make([]string, 501)})
		if apierr.KindOf(err) != apierr.KindInvalid {
			t.Errorf("501 repositories: %v", err)
		}
	})
}
