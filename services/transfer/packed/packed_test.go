package packed_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/edensync/edensync/services/transfer/packed"
)

func compressed(t *testing.T, text string, options ...zstd.EOption) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil, options...)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll([]byte(text), nil)
}

func read(t *testing.T, data []byte) (string, error) {
	t.Helper()
	plain, err := packed.Zstd(bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	defer plain.Close()
	text, err := io.ReadAll(plain)
	return string(text), err
}

// A decoder that met damage, or was given up in the middle, says nothing of that to the next document.
func TestDecodersForgetWhatTheyRead(t *testing.T) {
	t.Parallel()
	first, second := strings.Repeat("first ", 50_000), strings.Repeat("second ", 50_000)
	good, damaged := compressed(t, second), compressed(t, first)
	damaged[len(damaged)/2] ^= 0xff
	for range 3 {
		if text, err := read(t, damaged); err == nil {
			t.Fatalf("damage gave %d bytes and no error", len(text))
		}
		if _, err := read(t, good[:len(good)/2]); err == nil {
			t.Fatal("half of a document is no error")
		}
		plain, err := packed.Zstd(bytes.NewReader(compressed(t, first)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(plain, make([]byte, 100)); err != nil {
			t.Fatal(err)
		}
		plain.Close()
		plain.Close() // a body may be closed twice
		if n, err := plain.Read(make([]byte, 100)); n > 0 || !errors.Is(err, os.ErrClosed) {
			t.Fatalf("read %d bytes after the end, %v", n, err)
		}
		if text, err := read(t, good); err != nil || text != second {
			t.Fatalf("%d bytes of %d, %v", len(text), len(second), err)
		}
	}
}

// A frame that asks for more memory than any honest sender is refused.
func TestHugeWindowsAreRefused(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b, zstd.WithWindowSize(64<<20))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 65<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := read(t, b.Bytes()); err == nil {
		t.Error("a window of 64 MiB was accepted")
	}
}
