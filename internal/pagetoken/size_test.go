package pagetoken_test

import (
	"math"
	"testing"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/pagetoken"
)

func TestSize(t *testing.T) {
	t.Parallel()
	for asked, want := range map[int32]int{0: 50, 1: 1, 500: 500, 501: 500, math.MaxInt32: 500} {
		if got, err := pagetoken.Size(asked); got != want || err != nil {
			t.Errorf("Size(%d) = %d, %v, want %d", asked, got, err, want)
		}
	}
	for _, asked := range []int32{-1, math.MinInt32} {
		err, ok := apierr.As(second(pagetoken.Size(asked)))
		if !ok || err.Kind != apierr.KindInvalid || len(err.Fields) != 1 || err.Fields[0].Name != "pageSize" {
			t.Errorf("Size(%d) is refused by %v", asked, err)
		}
	}
}

func second(_ int, err error) error { return err }
