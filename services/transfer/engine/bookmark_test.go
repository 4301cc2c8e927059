package engine_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// breaking is a line to an edensync that breaks once in the middle of an answer, after so many bytes.
type breaking struct {
	direct
	after int64
	asked []string
}

func (b *breaking) Pull(ctx context.Context, r transfer.Repository, q engine.PullRequest) (*engine.PullAnswer, error) {
	b.asked = append(b.asked, q.Cursor)
	answer, err := b.direct.Pull(ctx, r, q)
	if err == nil && b.after > 0 {
		answer.Body = io.NopCloser(io.MultiReader(io.LimitReader(answer.Body, b.after), broken{}))
		b.after = 0
	}
	return answer, err
}

// A first load over a line that breaks goes on where it broke, and not at its beginning: else it would never end over one
// that never carries a whole page.
func TestAPullGoesOnWhereItsLineBroke(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		hub, field := newSite(t, database, "hub"), newSite(t, database, "field")
		const records = 2 * transfer.BatchRecords
		var elements []string
		for i := range records {
			elements = append(elements, org(fmt.Sprint(i), "One", "2026-11-22T10:00:00"))
		}
		text := document(elements...)
		in := transfer.Import{Repository: transfer.Repository{ID: "eden", Name: "Eden"}, Resource: orgs, Rule: newer}
		if _, err := hub.Import(t.Context(), in, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
		line := &breaking{direct: direct{from: field, to: hub}, after: int64(len(text)) * 3 / 4}
		field.remote = line
		field.repo("hub", transfer.ModePull, newer)

		first := field.sync("hub", transfer.Failed).Parts[0].Counts
		if first.Created != transfer.BatchRecords {
			t.Fatalf("a line that broke after three quarters left %+v", first)
		}
		second := field.sync("hub", transfer.Done).Parts[0].Counts
		if len(line.asked) != 2 || line.asked[1] == "" {
			t.Fatalf("asked from the cursors %q", line.asked)
		}
		if second.Created != records-first.Created || second.Unchanged >= first.Created {
			t.Errorf("the second pull brought %+v after %+v", second, first)
		}
		if field.show() != hub.show() {
			t.Error("the sites differ")
		}
	})
}

// What an Eden says of cursors means nothing: it tells how far it has got by times.
func TestBookmarksOfAnEdenMeanNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, database string) {
		field := newSite(t, database, "field")
		field.repo("eden", transfer.ModePull, newer)
		field.remote = &scripted{docs: []string{document("<?edensync-cursor 17?>", org("1", "One", "2026-11-22T10:00:00"))}}
		field.sync("eden", transfer.Done)
		cursor, err := field.store.Cursor(t.Context(), "eden", orgs)
		if err != nil || cursor.PullToken != "" || cursor.Edensync {
			t.Errorf("%+v, %v", cursor, err)
		}
	})
}
