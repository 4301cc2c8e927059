package grpcapi

import (
	"testing"

	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer"
)

func TestTheSideThatDeletedIsTold(t *testing.T) {
	t.Parallel()
	gone := transfer.Side{Deleted: true}
	for name, test := range map[string]struct {
		it   transfer.Item
		want transferv1.ConflictSide
	}{
		"neither": {transfer.Item{}, transferv1.ConflictSide_CONFLICT_SIDE_UNSPECIFIED},
		"here":    {transfer.Item{Local: gone}, transferv1.ConflictSide_CONFLICT_SIDE_LOCAL},
		"there":   {transfer.Item{Incoming: gone}, transferv1.ConflictSide_CONFLICT_SIDE_REMOTE},
	} {
		v, err := versionsOf(&test.it)
		if err != nil {
			t.Fatal(err)
		}
		if got := conflictToWire(&test.it, v, nil, "Hub", 0).GetDeletedSide(); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
