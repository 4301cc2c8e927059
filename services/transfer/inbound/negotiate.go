package inbound

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/edensync/edensync/services/transfer"
)

// Encodings that may be asked for.
const (
	encodingGzip = "gzip"
	encodingZstd = "zstd"
)

// negotiate chooses the encoding of an answer: only one that is named in Accept-Encoding, "" for none. Among
// equals zstd comes first, and an explicit identity only where it is preferred.
func negotiate(header http.Header) string {
	best, bestQuality := "", 0.0
	for offer := range strings.SplitSeq(strings.Join(header.Values("Accept-Encoding"), ","), ",") {
		name, quality := readOffer(offer)
		switch name {
		case encodingZstd, encodingGzip:
		case "identity":
			name = ""
		default:
			continue
		}
		if quality > bestQuality || quality > 0 && quality == bestQuality && rank[name] > rank[best] {
			best, bestQuality = name, quality
		}
	}
	return best
}

var rank = map[string]int{encodingGzip: 1, encodingZstd: 2}

// readOffer reads one element such as gzip;q=0.5. What cannot be read counts as refused.
func readOffer(offer string) (name string, quality float64) {
	name, parameters, weighted := strings.Cut(offer, ";")
	name = strings.ToLower(strings.TrimSpace(name))
	if !weighted {
		return name, 1
	}
	text, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parameters)), "q=")
	quality, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if !ok || err != nil || !(quality >= 0 && quality <= 1) {
		return name, 0
	}
	return name, quality
}

// encoder compresses an answer.
type encoder interface {
	io.WriteCloser
	Reset(w io.Writer)
}

// Encoders are large; answers take turns with them.
var (
	gzipEncoders = sync.Pool{New: func() any {
		w, err := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
		if err != nil {
			panic("gzip: " + err.Error()) // the level is a constant
		}
		return w
	}}
	zstdEncoders = sync.Pool{New: func() any {
		w, err := zstd.NewWriter(io.Discard, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
			zstd.WithWindowSize(transfer.CompressionWindow))
		if err != nil {
			panic("zstd: " + err.Error()) // the options are constants
		}
		return w
	}}
)

func encoderPool(encoding string) *sync.Pool {
	if encoding == encodingZstd {
		return &zstdEncoders
	}
	return &gzipEncoders
}

func borrowEncoder(encoding string, w io.Writer) encoder {
	e, ok := encoderPool(encoding).Get().(encoder)
	if !ok {
		panic("an encoder of another type is in the pool of " + encoding)
	}
	e.Reset(w)
	return e
}

func returnEncoder(encoding string, e encoder) {
	e.Reset(io.Discard)
	encoderPool(encoding).Put(e)
}
