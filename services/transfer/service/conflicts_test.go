package service_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/internal/apierr"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer/peertest"
)

const (
	local  = transferv1.ConflictSide_CONFLICT_SIDE_LOCAL
	remote = transferv1.ConflictSide_CONFLICT_SIDE_REMOTE
)

// shelter is a record of the remote site with two fields and a reference.
func shelter(uid, name, phone string, modified time.Time) peertest.Record {
	return peertest.Record{
		Resource: "org_office", UID: uid, CreatedOn: at, ModifiedOn: modified,
		Content: `<data field="name">` + name + `</data><data field="phone1">` + phone + `</data>` +
			`<data field="capacity" value="40">40</data><reference field="organisation_id" resource="org_organisation" uuid="urn:uuid:org"/>`,
	}
}

// quarrel makes a conflict in each of the records: Harbour and 111 are agreed, this site writes Here, the remote site There and 222.
// This site's versions are younger.
func quarrel(t *testing.T, engine string, uids ...string) (*site, *peertest.Eden, []*transferv1.Conflict) {
	t.Helper()
	eden := peertest.Start(t).Know("org_office").Registered(siteUUID, "Test site")
	s := start(t, engine)
	id := s.add(eden.URL(), "", "")
	for _, uid := range uids {
		eden.Put(shelter(uid, "Harbour "+uid, "111", at))
	}
	s.synchronize(t, id)
	for _, uid := range uids {
		s.write(t, uid, "Here "+uid, "111")
		eden.Put(shelter(uid, "There "+uid, "222", at.Add(time.Hour)))
	}
	if run := s.synchronize(t, id); run.GetCounts().GetConflict() != int64(len(uids)) {
		t.Fatalf("run: %v", run)
	}
	return s, eden, s.listConflicts(t, &transferv1.ListConflictsRequest{})
}

func (s *site) write(t *testing.T, uid, name, phone string) *transferv1.Record {
	t.Helper()
	record, err := s.records.PutRecord(as(t, "ADMINISTRATOR"), &transferv1.PutRecordRequest{Record: &transferv1.Record{
		ResourceName: "org_office", Uid: uid,
		Fields: []*transferv1.RecordField{
			{Name: "name", Value: name}, {Name: "phone1", Value: phone}, {Name: "capacity", Value: "40", Kind: transferv1.FieldKind_FIELD_KIND_NUMBER},
		},
		References: []*transferv1.RecordReference{{Name: "organisation_id", ResourceName: "org_organisation", Uids: []string{"urn:uuid:org"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return record
}

func (s *site) listConflicts(t *testing.T, in *transferv1.ListConflictsRequest) []*transferv1.Conflict {
	t.Helper()
	page, err := s.conflicts.ListConflicts(as(t, "VIEWER"), in)
	if err != nil || int(page.GetTotalSize()) != len(page.GetConflicts()) {
		t.Fatal(page, err)
	}
	return page.GetConflicts()
}

func (s *site) conflict(t *testing.T, id string) *transferv1.Conflict {
	t.Helper()
	c, err := s.conflicts.GetConflict(as(t, "VIEWER"), &transferv1.GetConflictRequest{Id: id})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (s *site) decide(t *testing.T, id string, side transferv1.ConflictSide, fields map[string]transferv1.ConflictSide) (*transferv1.Conflict, error) {
	t.Helper()
	return s.conflicts.DecideConflict(as(t, "OPERATOR"), &transferv1.DecideConflictRequest{Id: id, Side: side, FieldSides: fields})
}

// values are the fields of a stored record.
func (s *site) values(t *testing.T, uid string) map[string]string {
	t.Helper()
	record, err := s.records.GetRecord(as(t, "VIEWER"), &transferv1.GetRecordRequest{ResourceName: "org_office", Uid: uid})
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, f := range record.GetFields() {
		values[f.GetName()] = f.GetValue()
	}
	return values
}

func TestAConflictShowsAllThreeVersions(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		s, _, found := quarrel(t, engine, "urn:uuid:1", "urn:uuid:2")
		if len(found) != 2 || found[0].GetLocal() != nil || found[0].GetBase() != nil || strings.Join(found[0].GetDifferingFields(), " ") != "name phone1" ||
			!strings.HasPrefix(found[0].GetLabel(), "Here urn:uuid:") {
			t.Fatalf("conflicts: %v", found)
		}
		for query, want := range map[string]int{"here": 2, "HERE URN:UUID:1": 1, "uuid:2": 1, "there": 0, "%": 0, "_": 0} {
			if n := len(s.listConflicts(t, &transferv1.ListConflictsRequest{Query: query})); n != want {
				t.Errorf("%d conflicts with %q, want %d", n, query, want)
			}
		}
		c := s.conflict(t, found[1].GetId())
		if c.GetBase() == nil || c.GetWinner() != local || c.GetUndoable() || len(c.GetFieldSides()) != 0 {
			t.Errorf("conflict: %v", c)
		}
		want := map[string]*transferv1.FieldDifference{
			"name": {
				Name: "name", BaseValue: proto.String("Harbour " + c.GetUid()), LocalValue: proto.String("Here " + c.GetUid()),
				RemoteValue: proto.String("There " + c.GetUid()), Differs: true, Kind: transferv1.FieldKind_FIELD_KIND_TEXT,
			},
			"phone1": {
				Name: "phone1", BaseValue: proto.String("111"), LocalValue: proto.String("111"), RemoteValue: proto.String("222"), Differs: true,
				Kind: transferv1.FieldKind_FIELD_KIND_TEXT,
			},
			"capacity": {
				Name: "capacity", BaseValue: proto.String("40"), LocalValue: proto.String("40"), RemoteValue: proto.String("40"),
				Kind: transferv1.FieldKind_FIELD_KIND_NUMBER,
			},
			"organisation_id": {
				Name: "organisation_id", BaseValue: proto.String("urn:uuid:org"), LocalValue: proto.String("urn:uuid:org"),
				RemoteValue: proto.String("urn:uuid:org"), ReferenceResourceName: "org_organisation",
			},
		}
		if len(c.GetDifferences()) != len(want) {
			t.Errorf("differences: %v", c.GetDifferences())
		}
		for _, d := range c.GetDifferences() {
			if !proto.Equal(d, want[d.GetName()]) {
				t.Errorf("difference: %v\nwant %v", d, want[d.GetName()])
			}
		}
	})
}

func TestAChoiceByFieldTravels(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		s, eden, found := quarrel(t, engine, "urn:uuid:1")
		id := found[0].GetId()
		sides := map[string]transferv1.ConflictSide{"phone1": remote, "capacity": local}
		c, err := s.decide(t, id, local, sides)
		if err != nil {
			t.Fatal(err)
		}
		if c.GetState() != transferv1.ConflictState_CONFLICT_STATE_DECIDED || c.GetWinner() != local || len(c.GetFieldSides()) != 1 || c.GetFieldSides()["phone1"] != remote ||
			!c.GetUndoable() || c.GetDecidedBy() != "ann" || c.GetDecideTime() == nil {
			t.Errorf("decided: %v", c)
		}
		if again, err := s.decide(t, id, local, sides); err != nil || !proto.Equal(again.GetDecideTime(), c.GetDecideTime()) {
			t.Errorf("the same decision again: %v, %v", again, err)
		}
		if _, err := s.decide(t, id, remote, nil); apierr.ReasonOf(err) != apierr.ReasonConflictDecided {
			t.Errorf("another decision: %v", err)
		}
		if v := s.values(t, "urn:uuid:1"); v["name"] != "Here urn:uuid:1" || v["phone1"] != "222" {
			t.Errorf("here: %v", v)
		}
		s.synchronize(t, "r1")
		if r, _ := eden.Record("org_office", "urn:uuid:1"); !strings.Contains(r.Content, "Here urn:uuid:1") || !strings.Contains(r.Content, "222") || strings.Contains(r.Content, "111") {
			t.Errorf("there: %s", r.Content)
		}
		undone, err := s.conflicts.UndoConflict(as(t, "OPERATOR"), &transferv1.UndoConflictRequest{Id: id, RequestId: "u1"})
		if err != nil || undone.GetState() != transferv1.ConflictState_CONFLICT_STATE_OPEN || len(undone.GetFieldSides()) != 0 || undone.GetUndoable() {
			t.Errorf("undone: %v, %v", undone, err)
		}
		if v := s.values(t, "urn:uuid:1"); v["name"] != "Here urn:uuid:1" || v["phone1"] != "111" {
			t.Errorf("after undoing: %v", v)
		}
		if _, err := s.conflicts.UndoConflict(as(t, "OPERATOR"), &transferv1.UndoConflictRequest{Id: id, RequestId: "u1"}); err != nil {
			t.Errorf("the same request again: %v", err)
		}
	})
}

func TestFieldsThatCannotBeChosen(t *testing.T) {
	t.Parallel()
	s, _, found := quarrel(t, "sqlite", "urn:uuid:1")
	id := found[0].GetId()
	for name, c := range map[string]struct {
		side   transferv1.ConflictSide
		fields map[string]transferv1.ConflictSide
		kind   apierr.Kind
	}{
		"no side":        {0, map[string]transferv1.ConflictSide{"name": local}, apierr.KindInvalid},
		"no side of one": {local, map[string]transferv1.ConflictSide{"name": 0}, apierr.KindInvalid},
		"unknown field":  {local, map[string]transferv1.ConflictSide{"moon": remote}, apierr.KindInvalid},
		"unknown side":   {7, nil, apierr.KindInvalid},
	} {
		if _, err := s.decide(t, id, c.side, c.fields); apierr.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	if c := s.conflict(t, id); c.GetState() != transferv1.ConflictState_CONFLICT_STATE_OPEN || s.values(t, "urn:uuid:1")["phone1"] != "111" {
		t.Errorf("something was decided: %v", c)
	}
}

// A decision never overwrites what came after the conflict.
func TestADecisionOverALaterVersionIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, engine string) {
		s, _, found := quarrel(t, engine, "urn:uuid:1", "urn:uuid:2")
		s.write(t, "urn:uuid:1", "Later", "333")
		var ids []string
		for _, c := range found {
			ids = append(ids, c.GetId())
			want := transferv1.ConflictState_CONFLICT_STATE_OPEN
			if c.GetUid() == "urn:uuid:1" {
				want = transferv1.ConflictState_CONFLICT_STATE_SUPERSEDED
				if _, err := s.decide(t, c.GetId(), remote, nil); apierr.ReasonOf(err) != apierr.ReasonConflictSuperseded {
					t.Errorf("decided over a later version: %v", err)
				}
			}
			if got := s.conflict(t, c.GetId()); got.GetState() != want {
				t.Errorf("%s is %s, want %s", got.GetUid(), got.GetState(), want)
			}
		}
		_, err := s.conflicts.BatchDecideConflicts(as(t, "OPERATOR"), &transferv1.BatchDecideConflictsRequest{Ids: ids, Side: remote})
		if e, ok := apierr.As(err); !ok || e.Reason != apierr.ReasonConflictSuperseded || e.Metadata["conflictId"] == "" {
			t.Errorf("batch: %v", err)
		}
		if s.values(t, "urn:uuid:1")["name"] != "Later" || s.values(t, "urn:uuid:2")["name"] != "Here urn:uuid:2" {
			t.Error("a refused batch changed something")
		}
		second := found[0]
		if second.GetUid() == "urn:uuid:1" {
			second = found[1]
		}
		if _, err := s.decide(t, second.GetId(), remote, nil); err != nil {
			t.Fatal(err)
		}
		s.write(t, "urn:uuid:2", "Later", "333")
		if c := s.conflict(t, second.GetId()); c.GetUndoable() || c.GetState() != transferv1.ConflictState_CONFLICT_STATE_DECIDED {
			t.Errorf("decided and changed: %v", c)
		}
		if _, err := s.conflicts.UndoConflict(as(t, "OPERATOR"), &transferv1.UndoConflictRequest{Id: second.GetId()}); apierr.ReasonOf(err) != apierr.ReasonConflictSuperseded {
			t.Errorf("undone over a later version: %v", err)
		}
	})
}

func TestSeveralConflictsAreDecidedAlike(t *testing.T) {
	t.Parallel()
	s, _, found := quarrel(t, "sqlite", "urn:uuid:1", "urn:uuid:2")
	request := &transferv1.BatchDecideConflictsRequest{Ids: []string{found[0].GetId(), found[1].GetId()}, Side: remote}
	for range 2 { // the second one is a repetition
		answer, err := s.conflicts.BatchDecideConflicts(as(t, "OPERATOR"), request)
		if err != nil || len(answer.GetConflicts()) != 2 || answer.GetConflicts()[0].GetWinner() != remote {
			t.Fatal(answer, err)
		}
	}
	for _, uid := range []string{"urn:uuid:1", "urn:uuid:2"} {
		if v := s.values(t, uid); v["name"] != "There "+uid || v["phone1"] != "222" {
			t.Errorf("%s: %v", uid, v)
		}
	}
	_, err := s.conflicts.BatchDecideConflicts(as(t, "OPERATOR"), &transferv1.BatchDecideConflictsRequest{Ids: make([]string, 501), Side: remote})
	if apierr.KindOf(err) != apierr.KindInvalid {
		t.Errorf("501 conflicts: %v", err)
	}
}
