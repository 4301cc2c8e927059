package s3xml_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/edensync/edensync/s3xml"
)

// TestDigests holds everything that many documents come to: what is written again, bodies, hashes and attributes, and
// the errors of documents that are damaged by chance. It finds the one byte that a faster way does differently. Sites
// store bodies and hashes for years: a digest changes only together with a migration, one of errors for a better text.
func TestDigests(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"usual":   "869483eca6215764",
		"random":  "f4112c49d2e914b6",
		"damaged": "34ee07a27fe4df8c",
	} {
		sum := sha256.Sum256(digested[name](t))
		if got := hex.EncodeToString(sum[:8]); got != want {
			t.Errorf("%s documents: digest %s, want %s", name, got, want)
		}
	}
}

var digested = map[string]func(*testing.T) []byte{
	"usual": func(t *testing.T) []byte {
		t.Helper()
		pretty, _ := sample(t, 300, true)
		dense, _ := sample(t, 300, false)
		return append(describe(t, pretty), describe(t, dense)...)
	},
	"random": func(t *testing.T) (out []byte) {
		t.Helper()
		for seed := range uint64(600) {
			out = append(out, describe(t, randomDocument(seed, resolved))...)
		}
		return out
	},
	"damaged": func(*testing.T) (out []byte) {
		for seed := range uint64(600) {
			_, _, err := decode(bytes.NewReader(damaged(seed)), s3xml.Limits{Depth: 8, Attributes: 9, TokenBytes: 200, RecordBytes: 1 << 14})
			out = fmt.Appendln(out, err)
		}
		return out
	},
}

// resolved makes a record one that has a content.
func resolved(r *s3xml.Record) {
	for i := range r.References {
		r.References[i].TUID, r.References[i].Record = "", nil
	}
	for i := range r.Components {
		resolved(&r.Components[i])
	}
}

// randomDocument is a document of some random records, each after it was changed.
func randomDocument(seed uint64, change func(*s3xml.Record)) []byte {
	w := &writer{Rand: rand.New(rand.NewPCG(seed, 11))}
	w.WriteString("<s3xml>")
	for range 3 {
		r := w.record(2)
		change(&r)
		w.filler()
		w.resource(&r)
	}
	w.WriteString("</s3xml>")
	return []byte(w.String())
}

// damaged is a random document of which some bytes were changed, doubled or cut out.
func damaged(seed uint64) []byte {
	doc := randomDocument(seed, func(*s3xml.Record) {})
	rng := rand.New(rand.NewPCG(seed, 13))
	for range 1 + rng.IntN(3) {
		i := rng.IntN(len(doc) - 8)
		n := 1 + rng.IntN(8)
		switch rng.IntN(4) {
		case 0:
			doc[i] = byte(rng.IntN(256))
		case 1:
			doc[i] = "<>&;\"'/=-]?!: \x00\xff"[rng.IntN(16)]
		case 2:
			doc = append(doc[:i:i], doc[i+n:]...)
		default:
			doc = append(doc[:i+n:i+n], doc[i:]...)
		}
	}
	return doc
}
