package transfer_test

import (
	"testing"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

func TestHowARecordStands(t *testing.T) {
	t.Parallel()
	fine := transfer.Standing{
		Configured: transfer.ConfiguredTask{RepositoryID: "r", Task: transfer.Task{Mode: transfer.ModeBoth}}, Selected: true,
		Cursor: transfer.Cursor{PushSeq: 10, SyncSeq: 8},
	}
	record := transfer.Record{Origin: "other", Seq: 9, TreeSeq: 9}
	for name, c := range map[string]struct {
		change   func(s *transfer.Standing, r *transfer.Record)
		state    transfer.ExchangeState
		obstacle transfer.Obstacle
	}{
		"pushed":                 {func(*transfer.Standing, *transfer.Record) {}, "SEEN", ""},
		"changed since":          {func(_ *transfer.Standing, r *transfer.Record) { r.TreeSeq = 11 }, "WAITING", ""},
		"to be said again":       {func(s *transfer.Standing, _ *transfer.Record) { s.Resend = true }, "WAITING", ""},
		"came from there":        {func(_ *transfer.Standing, r *transfer.Record) { r.Origin, r.Seq, r.TreeSeq = "r", 11, 11 }, "SEEN", ""},
		"component changed here": {func(_ *transfer.Standing, r *transfer.Record) { r.Origin, r.TreeSeq = "r", 11 }, "WAITING", ""},
		"refused":                {func(s *transfer.Standing, r *transfer.Record) { s.RejectID, r.TreeSeq = "x", 11 }, "NOT_SENT", "REFUSED"},
		"refused and passed":     {func(s *transfer.Standing, _ *transfer.Record) { s.RejectID, s.Resend = "x", true }, "NOT_SENT", "REFUSED"},
		"kept out":               {func(s *transfer.Standing, _ *transfer.Record) { s.KeptOut = true }, "NOT_SENT", "KEPT_OUT"},
		"filtered":               {func(s *transfer.Standing, _ *transfer.Record) { s.Selected = false }, "NOT_SENT", "FILTER"},
		"filtered, seen before":  {func(s *transfer.Standing, r *transfer.Record) { s.Selected, r.TreeSeq = false, 8 }, "SEEN", ""},
		"seen with a filter":     {func(s *transfer.Standing, r *transfer.Record) { s.Shown, r.TreeSeq = true, 11 }, "SEEN", ""},
		"made elsewhere": {func(s *transfer.Standing, r *transfer.Record) {
			s.Configured.Task.Rule.Update, r.MCI = policy.Master, 1
		}, "NOT_SENT", "MASTER"},
		"made here":            {func(s *transfer.Standing, _ *transfer.Record) { s.Configured.Task.Rule.Update = policy.Master }, "SEEN", ""},
		"filtered, from there": {func(s *transfer.Standing, r *transfer.Record) { s.Selected, r.Origin = false, "r" }, "SEEN", ""},
		"paused":               {func(s *transfer.Standing, r *transfer.Record) { s.Configured.Paused, r.TreeSeq = true, 11 }, "NOT_SENT", "PAUSED"},
		"only pulled": {func(s *transfer.Standing, _ *transfer.Record) {
			s.Configured.Task.Mode, s.Cursor.SyncSeq = transfer.ModePull, 8
		}, "NOT_SENT", "MODE"},
		"the repository pulls": {func(s *transfer.Standing, _ *transfer.Record) {
			s.Configured.Task.Mode, s.Cursor.SyncSeq = transfer.ModeNone, 9
		}, "SEEN", ""},
		"nothing exchanged so far": {func(s *transfer.Standing, _ *transfer.Record) { s.Cursor = transfer.Cursor{OneWay: true} }, "WAITING", ""},
	} {
		s, r := fine, record
		c.change(&s, &r)
		if state, obstacle := s.State(&r); state != c.state || obstacle != c.obstacle {
			t.Errorf("%s: %s %s, want %s %s", name, state, obstacle, c.state, c.obstacle)
		}
	}
}

func TestWhyAVersionIsStored(t *testing.T) {
	t.Parallel()
	conflicts := []*transfer.Item{
		{RunID: "run1", RepositoryID: "r", Winner: transfer.RemoteWins, Reason: "INCOMING_NEWER", DecidedSeq: 7},
		{RunID: "run2", RepositoryID: "r", Winner: transfer.LocalWins, Reason: "LOCAL_NEWER"},
	}
	for want, r := range map[string]transfer.Record{
		"EDITED": {Seq: 3}, "DECISION": {Seq: 7}, "RECEIVED": {Seq: 4, Origin: "r", Run: "run2"}, "INCOMING_NEWER": {Seq: 5, Origin: "r", Run: "run1"},
	} {
		if got := r.ReasonOf(conflicts); got != want {
			t.Errorf("%+v: %s, want %s", r, got, want)
		}
	}
}
