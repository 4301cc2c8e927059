package service_test

import (
	"context"
	"strings"
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer/peertest"
)

func (s *site) record(t *testing.T, uid string) *transferv1.Record {
	t.Helper()
	record, err := s.records.GetRecord(as(t, "VIEWER"), &transferv1.GetRecordRequest{ResourceName: "org_office", Uid: uid})
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// stands is how a record stands with the only repository.
func (s *site) stands(t *testing.T, uid string) *transferv1.RecordExchange {
	t.Helper()
	exchanges := s.record(t, uid).GetExchanges()
	if len(exchanges) != 1 || exchanges[0].GetRepositoryId() != "r1" || exchanges[0].GetRepositoryName() != "Eden" {
		t.Fatalf("exchanges: %v", exchanges)
	}
	return exchanges[0]
}

// change changes the task of the only repository.
func (s *site) change(to func(repo *configv1.Exchange)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	to(s.repos["r1"])
}

func TestHowARecordStandsWithItsRepositories(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		eden := peertest.Start(t).Know("org_office").Registered(siteUUID, "Test site")
		eden.Put(office("urn:uuid:1", "Harbour", at))
		s := start(t, engine)
		s.add(eden.URL(), "", "")
		want := func(uid string, state transferv1.RecordExchangeState, obstacle transferv1.RecordExchangeObstacle) {
			t.Helper()
			if got := s.stands(t, uid); got.GetState() != state || got.GetObstacle() != obstacle {
				t.Errorf("%s: %v, want %s %s", uid, got, state, obstacle)
			}
		}
		const (
			seen, waiting, notSent = transferv1.RecordExchangeState_RECORD_EXCHANGE_STATE_SEEN, transferv1.RecordExchangeState_RECORD_EXCHANGE_STATE_WAITING,
				transferv1.RecordExchangeState_RECORD_EXCHANGE_STATE_NOT_SENT
		)
		s.write(t, "urn:uuid:2", "Made here", "1")
		want("urn:uuid:2", waiting, 0)
		s.synchronize(t, "r1")
		want("urn:uuid:1", seen, 0)
		want("urn:uuid:2", seen, 0)
		if got := s.stands(t, "urn:uuid:1"); got.GetReceiveTime() == nil || s.stands(t, "urn:uuid:2").GetReceiveTime() != nil {
			t.Errorf("received: %v", got)
		}
		s.write(t, "urn:uuid:1", "Changed here", "1")
		want("urn:uuid:1", waiting, 0)
		s.change(func(repo *configv1.Exchange) { repo.Repository.Paused = true })
		want("urn:uuid:1", notSent, transferv1.RecordExchangeObstacle_RECORD_EXCHANGE_OBSTACLE_PAUSED)
		s.change(func(repo *configv1.Exchange) {
			repo.Tasks[0].Filters = []*configv1.Filter{{Tablename: "org_office", FilterString: "~.name=Elsewhere"}}
		})
		want("urn:uuid:1", notSent, transferv1.RecordExchangeObstacle_RECORD_EXCHANGE_OBSTACLE_FILTER)
		s.change(func(repo *configv1.Exchange) { repo.Tasks[0].Mode = configv1.TaskMode_TASK_MODE_PULL })
		want("urn:uuid:1", notSent, transferv1.RecordExchangeObstacle_RECORD_EXCHANGE_OBSTACLE_MODE)
		s.change(func(repo *configv1.Exchange) {
			repo.Tasks[0].Mode, repo.Tasks[0].Filters, repo.Repository.Paused = configv1.TaskMode_TASK_MODE_PULL_AND_PUSH, nil, false
		})
		eden.Refuse("urn:uuid:1", "name", "is wrong")
		s.synchronize(t, "r1")
		want("urn:uuid:1", notSent, transferv1.RecordExchangeObstacle_RECORD_EXCHANGE_OBSTACLE_REFUSED)
		refused := s.stands(t, "urn:uuid:1").GetRejectId()
		if reject, err := s.rejects.GetReject(as(t, "VIEWER"), &transferv1.GetRejectRequest{Id: refused}); err != nil || reject.GetUid() != "urn:uuid:1" {
			t.Errorf("reject %q: %v, %v", refused, reject, err)
		}
	})
}

func TestTheStoryOfARecord(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		s, _, found := quarrel(t, engine, "urn:uuid:1")
		if _, err := s.decide(t, found[0].GetId(), remote, nil); err != nil {
			t.Fatal(err)
		}
		r := s.record(t, "urn:uuid:1")
		if r.GetReason() != "DECISION" || r.GetAuthor() != "ann" || len(r.GetHistory()) != 2 {
			t.Fatalf("record: %v", r)
		}
		edited, received := r.GetHistory()[0], r.GetHistory()[1]
		if edited.GetReason() != "EDITED" || edited.GetAuthor() != "ann" || edited.GetRunId() != "" || edited.GetOriginRepositoryName() != "" {
			t.Errorf("edited: %v", edited)
		}
		if received.GetReason() != "RECEIVED" || received.GetAuthor() != "" || received.GetRunId() == "" || received.GetOriginRepositoryName() != "Eden" {
			t.Errorf("received: %v", received)
		}
	})
}

// An edit does not go out in the name of who wrote the version before.
func TestAnEditHasItsOwnAuthor(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Know("org_office").Registered(siteUUID, "Test site")
	eden.Put(office("urn:uuid:1", "Harbour", at))
	eden.Once(peertest.Pull, peertest.Answer(200, "text/xml", `<s3xml success="true"><resource name="org_office" uuid="urn:uuid:1" mci="1" `+
		`modified_on="2026-11-20T09:00:00" modified_by="bob@example.org" owned_by_user="eva@example.org"><data field="name">Harbour</data></resource></s3xml>`))
	s := start(t, "sqlite")
	s.add(eden.URL(), "", "")
	s.synchronize(t, "r1")
	if r := s.record(t, "urn:uuid:1"); r.GetAuthor() != "bob@example.org" {
		t.Errorf("received: %v", r)
	}
	s.write(t, "urn:uuid:1", "Pier", "1")
	if r := s.record(t, "urn:uuid:1"); r.GetAuthor() != "ann" || r.GetHistory()[0].GetAuthor() != "bob@example.org" {
		t.Errorf("edited: %v", r)
	}
	s.synchronize(t, "r1")
	pushes := eden.Requests(peertest.Push)
	if body := string(pushes[len(pushes)-1].Body); !strings.Contains(body, `modified_by="ann"`) || !strings.Contains(body, `owned_by_user="eva@example.org"`) || strings.Contains(body, "bob@") {
		t.Errorf("sent: %s", body)
	}
}

func TestWhyARecordWasNotSynchronized(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		s, _, found := quarrel(t, engine, "urn:uuid:1", "urn:uuid:2")
		list := func(in *transferv1.ListRunItemsRequest) (*transferv1.ListRunItemsResponse, error) {
			return s.runs.ListRunItems(as(t, "VIEWER"), in)
		}
		got, err := list(&transferv1.ListRunItemsRequest{RunId: "-", ResourceName: "org_office", Uid: "urn:uuid:1"})
		if err != nil || len(got.GetItems()) != 1 || got.GetItems()[0].GetUid() != "urn:uuid:1" || got.GetItems()[0].GetRunId() == "" ||
			got.GetItems()[0].GetRepositoryId() != "r1" || got.GetItems()[0].GetRepositoryName() != "Eden" || got.GetItems()[0].GetConflictId() == "" {
			t.Errorf("items: %v, %v", got, err)
		}
		for field, in := range map[string]*transferv1.ListRunItemsRequest{
			"uid": {RunId: "-", ResourceName: "org_office"}, "resourceName": {RunId: "-", Uid: "urn:uuid:1"}, "runId": {Uid: "urn:uuid:1"},
		} {
			_, err := list(in)
			if e, ok := apierr.As(err); !ok || len(e.Fields) != 1 || e.Fields[0].Name != field {
				t.Errorf("without %s: %v", field, err)
			}
		}
		of, err := list(&transferv1.ListRunItemsRequest{RunId: found[0].GetRunId(), Uid: "urn:uuid:2"})
		if err != nil || len(of.GetItems()) != 1 || of.GetItems()[0].GetUid() != "urn:uuid:2" {
			t.Errorf("of one run: %v, %v", of, err)
		}
	})
}

func TestRecordsAreCountedWhereThatIsCheap(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		s := start(t, engine)
		for _, uid := range []string{"urn:uuid:1", "urn:uuid:2", "urn:uuid:3"} {
			s.write(t, uid, "Office", "1")
		}
		if _, err := s.records.DeleteRecord(as(t, "ADMINISTRATOR"), &transferv1.DeleteRecordRequest{ResourceName: "org_office", Uid: "urn:uuid:3"}); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			in   *transferv1.ListRecordsRequest
			want int32 // -1 = absent
		}{
			"live":    {&transferv1.ListRecordsRequest{ResourceName: "org_office", PageSize: 1}, 2},
			"all":     {&transferv1.ListRecordsRequest{ResourceName: "org_office", IncludeDeleted: true}, 3},
			"none":    {&transferv1.ListRecordsRequest{ResourceName: "pr_person"}, 0},
			"query":   {&transferv1.ListRecordsRequest{ResourceName: "org_office", Query: "Office"}, -1},
			"origins": {&transferv1.ListRecordsRequest{ResourceName: "org_office", OriginRepositoryId: "r1"}, -1},
		} {
			got, err := s.records.ListRecords(as(t, "VIEWER"), c.in)
			if err != nil || (got.TotalSize != nil) != (c.want >= 0) || got.TotalSize != nil && got.GetTotalSize() != c.want {
				t.Errorf("%s: %v, %v, want %d", name, got.TotalSize, err, c.want)
			}
		}
	})
}

// A record is read although config is away; only how it stands is not known then.
func TestARecordWithoutConfig(t *testing.T) {
	t.Parallel()
	s := start(t, "sqlite")
	s.write(t, "urn:uuid:1", "Office", "1")
	s.mu.Lock()
	s.away = true
	s.mu.Unlock()
	if r := s.record(t, "urn:uuid:1"); len(r.GetExchanges()) != 0 || r.GetLabel() != "Office" {
		t.Errorf("record: %v", r)
	}
}

// A repeated edit is no stale one: its answer may have been lost.
func TestAnEditMayBeRepeated(t *testing.T) {
	t.Parallel()
	s := start(t, "sqlite")
	first := s.write(t, "urn:uuid:1", "Office", "1")
	put := func(ctx context.Context, name string) (*transferv1.Record, error) {
		return s.records.PutRecord(ctx, &transferv1.PutRecordRequest{Record: &transferv1.Record{
			ResourceName: "org_office", Uid: "urn:uuid:1", Etag: first.GetEtag(), Fields: []*transferv1.RecordField{{Name: "name", Value: name}},
		}})
	}
	second, err := put(as(t, "ADMINISTRATOR"), "Pier")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := put(as(t, "ADMINISTRATOR"), "Pier"); err != nil || again.GetChange() != second.GetChange() {
		t.Errorf("repeated: %v, %v", again, err)
	}
	if _, err := put(as(t, "ADMINISTRATOR"), "Another"); apierr.ReasonOf(err) != apierr.ReasonStale {
		t.Errorf("stale: %v", err)
	}
	for range 2 {
		if _, err := s.records.DeleteRecord(as(t, "ADMINISTRATOR"), &transferv1.DeleteRecordRequest{ResourceName: "org_office", Uid: "urn:uuid:1", Etag: second.GetEtag()}); err != nil {
			t.Errorf("deleted: %v", err)
		}
	}
	_, err = s.records.DeleteRecord(as(t, "ADMINISTRATOR"), &transferv1.DeleteRecordRequest{ResourceName: "auth_user", Uid: "urn:uuid:1"})
	if apierr.ReasonOf(err) != apierr.ReasonResourceProtected {
		t.Errorf("deleted of a table that is kept out: %v", err)
	}
}

// Closing a reject once more by the same request is no error, by another one it is.
func TestRejectsAreClosedOnce(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Know("org_office").Registered(siteUUID, "Test site").Refuse("urn:uuid:1", "name", "is wrong")
	s := start(t, "sqlite")
	s.add(eden.URL(), "", "")
	s.write(t, "urn:uuid:1", "Office", "1")
	s.synchronize(t, "r1")
	id := s.stands(t, "urn:uuid:1").GetRejectId()
	for range 2 {
		got, err := s.rejects.DismissReject(as(t, "OPERATOR"), &transferv1.DismissRejectRequest{Id: id, RequestId: "d1"})
		if err != nil || got.GetState() != transferv1.RejectState_REJECT_STATE_DISMISSED || got.GetDismissedBy() != "ann" {
			t.Errorf("dismissed: %v, %v", got, err)
		}
	}
	if _, err := s.rejects.DismissReject(as(t, "OPERATOR"), &transferv1.DismissRejectRequest{Id: id}); apierr.ReasonOf(err) != apierr.ReasonRejectClosed {
		t.Errorf("dismissed twice: %v", err)
	}
	if _, err := s.rejects.RetryReject(as(t, "OPERATOR"), &transferv1.RetryRejectRequest{Id: id, RequestId: "d1"}); apierr.ReasonOf(err) != apierr.ReasonRejectClosed {
		t.Errorf("retried after that: %v", err)
	}
}
