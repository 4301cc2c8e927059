package engine_test

import (
	"strings"
	"testing"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// An Eden sends accounts along with each pull. They are never stored, and the ledger says so once, not every time.
func TestKeptOutRecordsAreNotedOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		a := newSite(t, database, "a")
		a.repo("eden", transfer.ModePull, newer)
		doc := document(
			`<resource name="org_organisation" uuid="urn:u1" modified_on="2026-11-22T09:00:00"><data field="name">One</data>
			<reference field="owner" resource="auth_user" uuid="urn:user"/></resource>`,
			`<resource name="auth_user" uuid="urn:user" modified_on="2026-11-22T09:00:00"><data field="password">hash</data></resource>`,
		)
		a.remote = &scripted{docs: []string{doc, doc}}
		if c := a.sync("eden", transfer.Done).Totals(); c.Created != 1 || c.Skipped != 1 {
			t.Errorf("first: %+v", c)
		}
		if c := a.sync("eden", transfer.Done).Totals(); c.Unchanged != 2 || c.Skipped != 0 {
			t.Errorf("again: %+v", c)
		}
		items := a.items(transfer.ItemFilter{Outcomes: []policy.Outcome{policy.Skipped}})
		if len(items) != 1 || items[0].Reason != transfer.SkipKeptOut || len(items[0].Incoming.XML) != 0 {
			t.Errorf("items: %+v", items)
		}
		records, err := a.store.Records(t.Context(), []transfer.Key{{Resource: "auth_user", UID: "urn:user"}})
		if err != nil || len(records) != 0 || strings.Contains(a.show(), "hash") {
			t.Errorf("stored: %v, %v", records, err)
		}
	})
}
