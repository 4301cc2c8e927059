package inbound_test

import (
	"net/http"
	"testing"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// pushWith imports one document with the parameters and returns the rule that was applied.
func pushWith(t *testing.T, parameters string, tasks ...transfer.Task) policy.Rule {
	t.Helper()
	f := newFixture()
	for _, task := range tasks {
		f.task(task)
	}
	accepted(t, f.do("POST", pushURL+parameters, oneOffice))
	rule := f.rule(t)
	if e := f.journal.only(t); e.Rule != rule.String() {
		t.Errorf("the log names the rule %q instead of %q", e.Rule, rule)
	}
	return rule
}

func TestGTW020_CFG018_OwnTaskDecides(t *testing.T) {
	t.Parallel()
	const sent = "&strategy=create&update_policy=OTHER&conflict_policy=THIS"
	for _, mode := range []transfer.Mode{transfer.ModePull, transfer.ModePush, transfer.ModeBoth, transfer.ModeNone} {
		own := policy.Rule{Strategy: policy.Create | policy.Delete, Update: policy.Master, Conflict: policy.This}
		if got := pushWith(t, sent, transfer.Task{Resource: "org_office", Mode: mode, Rule: own}); got != own {
			t.Errorf("mode %s: %s instead of %s", mode, got, own)
		}
	}
	bare := transfer.Task{Resource: "org_office", Rule: policy.Rule{Strategy: policy.All}}
	if got, want := pushWith(t, sent, bare), (policy.Rule{Strategy: policy.All, Update: policy.Newer, Conflict: policy.Master}); got != want {
		t.Errorf("a task without policies: %s instead of %s", got, want)
	}
	other := transfer.Task{Resource: "org_sector", Rule: policy.Rule{Strategy: policy.All, Update: policy.Master, Conflict: policy.Master}}
	if got, want := pushWith(t, sent, other), (policy.Rule{Strategy: policy.Create, Update: policy.This, Conflict: policy.Other}); got != want {
		t.Errorf("a task for another resource: %s instead of %s", got, want)
	}
}

func TestGTW021_SentPoliciesAreInverted(t *testing.T) {
	t.Parallel()
	inverted := map[string]policy.Policy{"THIS": policy.Other, "OTHER": policy.This, "NEWER": policy.Newer, "MASTER": policy.Master, "this": policy.Other}
	for sent, want := range inverted {
		rule := pushWith(t, "&update_policy="+sent)
		if rule.Update != want || rule.Conflict != policy.Master {
			t.Errorf("update_policy=%s became %s", sent, rule)
		}
		rule = pushWith(t, "&conflict_policy="+sent)
		if rule.Conflict != want || rule.Update != policy.Newer {
			t.Errorf("conflict_policy=%s became %s", sent, rule)
		}
	}
}

func TestGTW022_MissingAndUnknownPolicies(t *testing.T) {
	t.Parallel()
	want := policy.Rule{Strategy: policy.All, Update: policy.Newer, Conflict: policy.Master}
	for _, sent := range []string{"", "&update_policy=&conflict_policy=", "&update_policy=ALWAYS&conflict_policy=1"} {
		if got := pushWith(t, sent); got != want {
			t.Errorf("%q became %s", sent, got)
		}
	}
}

func TestGTW023_SentStrategy(t *testing.T) {
	t.Parallel()
	tests := map[string]policy.Strategy{
		"":                           policy.All,
		"create":                     policy.Create,
		"create,update,delete,merge": policy.All,
		"%20Delete%2C%20merge":       policy.Delete | policy.Merge,
		"create,upsert":              policy.Create,
	}
	for sent, want := range tests {
		if got := pushWith(t, "&strategy="+sent).Strategy; got != want {
			t.Errorf("strategy=%s became %s", sent, got)
		}
	}
	refused(t, newFixture().do("POST", pushURL+"&strategy=upsert", oneOffice), http.StatusBadRequest, "names no known method")
}

// Conflicts are found by change numbers, not by the sender's clock: msince changes nothing about a push
// (docs/compatibility.md). Hence it is not refused either when it cannot be read.
func TestGTW024_MsinceOfAPushDoesNotMatter(t *testing.T) {
	t.Parallel()
	f := newFixture()
	for _, sent := range []string{"", "&msince=2026-11-23T00:35:00", "&msince=whenever"} {
		accepted(t, f.do("POST", pushURL+sent, oneOffice))
	}
	for _, got := range f.engine.imports[1:] {
		if first := f.engine.imports[0]; got.in.Rule != first.in.Rule || got.in.Resource != first.in.Resource || got.body != first.body {
			t.Errorf("%+v differs from %+v", got.in, first.in)
		}
	}
}

func TestGTW025_ThisAndOtherOfAnOwnTask(t *testing.T) {
	t.Parallel()
	for _, p := range []policy.Policy{policy.This, policy.Other} {
		own := policy.Rule{Strategy: policy.All, Update: p, Conflict: policy.Newer}
		if got := pushWith(t, "&msince=2026-11-23T00:35:00", transfer.Task{Resource: "org_office", Rule: own}); got != own {
			t.Errorf("%s became %s: an own task is never inverted", own, got)
		}
	}
}

func TestTheDirectEndpointHonoursTheRule(t *testing.T) {
	t.Parallel()
	f := newFixture()
	accepted(t, f.do("POST", "/org/office/sync.xml?repository="+peerUUID+"&strategy=update&update_policy=THIS", oneOffice))
	if got, want := f.rule(t), (policy.Rule{Strategy: policy.Update, Update: policy.Other, Conflict: policy.Master}); got != want {
		t.Errorf("%s instead of %s", got, want)
	}
	if got := f.engine.imports[0].in.Resource; got != "org_office" {
		t.Errorf("resource %q", got)
	}
}
