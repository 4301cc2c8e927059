package storetest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/edensync/edensync/internal/sqldb/sqldbtest"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/sqlstore"
)

// batches is a document of masters, every second one with a component, in batches as the engine makes them.
func batches(masters int, version string) [][]*transfer.Record {
	content := version + strings.Repeat("<data field=\"comments\">Straße, نص, पाठ &amp; more</data>", 9)
	var all [][]*transfer.Record
	var batch []*transfer.Record
	for i := range masters {
		m := master(organ, uidNumber(i), content)
		m.Hash = fmt.Sprintf("%s%030d", version, i)
		batch = append(batch, m)
		if i%2 == 0 {
			c := component(m, office, uidNumber(i), content)
			c.Hash = m.Hash
			batch = append(batch, c)
		}
		if len(batch) >= transfer.BatchRecords || i == masters-1 {
			all, batch = append(all, batch), nil
		}
	}
	return all
}

// store does what an import does with a batch of which everything is taken.
func store(b *testing.B, s *bench, batch []*transfer.Record) {
	b.Helper()
	s.write(b, func(tx engine.Tx) error {
		keys := make([]transfer.Key, len(batch))
		for i, r := range batch {
			keys[i] = r.Key
		}
		if _, err := tx.Load(b.Context(), keys); err != nil {
			return err
		}
		if err := tx.Apply(b.Context(), batch); err != nil {
			return err
		}
		return tx.SavePart(b.Context(), "run-1", transfer.Part{Resource: organ, Direction: transfer.Pull})
	})
}

const benchMasters = 40_000

// BenchmarkTrees measures rows per second of an export, page by page.
func BenchmarkTrees(b *testing.B) {
	for _, name := range sqldbtest.Engines {
		b.Run(name, func(b *testing.B) {
			s := newBench(b, sqldbtest.Open(b, name, sqlstore.Migrations))
			for _, batch := range batches(benchMasters, "first") {
				store(b, s, batch)
			}
			for _, origin := range []string{"", "repo-b"} {
				b.Run("without "+origin, func(b *testing.B) {
					rows := 0
					for b.Loop() {
						q := engine.TreeQuery{Resource: organ, Upto: 1 << 40, Limit: 500, NotOrigin: origin}
						for {
							trees, err := s.Trees(b.Context(), q)
							if err != nil {
								b.Fatal(err)
							}
							if len(trees) == 0 {
								break
							}
							for _, tree := range trees {
								rows += 1 + len(tree.Components)
							}
							q.Position = trees[len(trees)-1].TreeSeq
						}
					}
					b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
				})
			}
		})
	}
}

// BenchmarkLoad measures rows per second of a first load and of an update of everything.
func BenchmarkLoad(b *testing.B) {
	for _, name := range sqldbtest.Engines {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				s := newBench(b, sqldbtest.Open(b, name, sqlstore.Migrations))
				for _, phase := range []string{"first", "again"} {
					documents, rows := batches(benchMasters, phase), 0
					before := b.Elapsed()
					for _, batch := range documents {
						store(b, s, batch)
						rows += len(batch)
					}
					b.ReportMetric(float64(rows)/(b.Elapsed()-before).Seconds(), phase+"-rows/s")
				}
			}
		})
	}
}
