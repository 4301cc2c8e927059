package transfer_test

import (
	"testing"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
)

func TestPeriods(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 10, 7, 0, 1, time.UTC)
	at := func(hour, minute int) time.Time { return time.Date(2026, 11, 23, hour, minute, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		period      transfer.Period
		from, until time.Time
		buckets     int
	}{
		"default":           {transfer.Period{}, at(10, 0).Add(-24 * time.Hour), at(10, 30), 49},
		"exact":             {transfer.Period{From: at(8, 0), Until: at(9, 0), Bucket: 15 * time.Minute}, at(8, 0), at(9, 0), 4},
		"widened":           {transfer.Period{From: at(8, 1), Until: at(8, 59), Bucket: 15 * time.Minute}, at(8, 0), at(9, 0), 4},
		"begin only":        {transfer.Period{From: at(9, 59)}, at(9, 30), at(10, 30), 2},
		"days begin at UTC": {transfer.Period{From: at(8, 0), Until: at(9, 0), Bucket: 24 * time.Hour}, at(0, 0), at(24, 0), 1},
		"before 1970":       {transfer.Period{From: time.Unix(-90, 0), Until: time.Unix(-30, 0), Bucket: time.Minute}, time.Unix(-120, 0), time.Unix(0, 0), 2},
		"500":               {transfer.Period{From: at(0, 0), Until: at(8, 20), Bucket: time.Minute}, at(0, 0), at(8, 20), 500},
	} {
		p, err := c.period.Normal(now)
		if err != nil || !p.From.Equal(c.from) || !p.Until.Equal(c.until) {
			t.Errorf("%s: %v to %v, %v", name, p.From, p.Until, err)
			continue
		}
		all := p.Empty()
		if len(all) != c.buckets || !all[0].Start.Equal(c.from) || !all[len(all)-1].Start.Add(p.Bucket).Equal(c.until) {
			t.Errorf("%s: %d buckets", name, len(all))
		}
	}
	for name, c := range map[string]struct {
		period transfer.Period
		field  string
	}{
		"501":       {transfer.Period{From: at(0, 0), Until: at(8, 21), Bucket: time.Minute}, "bucket"},
		"centuries": {transfer.Period{From: time.Unix(-1e11, 0), Until: time.Unix(1e11, 0), Bucket: time.Minute}, "bucket"},
		"seconds":   {transfer.Period{Bucket: time.Second}, "bucket"},
		"years":     {transfer.Period{Bucket: transfer.MaxBucket + 1}, "bucket"},
		"backwards": {transfer.Period{From: at(9, 0), Until: at(8, 0)}, "endTime"},
	} {
		_, err := c.period.Normal(now)
		if e, ok := apierr.As(err); !ok || len(e.Fields) != 1 || e.Fields[0].Name != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}
