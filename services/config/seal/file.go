package seal

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// maxFile bounds what is read as a key file; a keyset of three keys has 1 KiB.
const maxFile = 1 << 16

// read answers the keyset and the file that it was in.
func read(path string) (*keyset.Handle, os.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read key file: %w", err)
	}
	if info.Size() > maxFile {
		return nil, nil, fmt.Errorf("read key file %s: %d bytes are too many for a keyset", path, info.Size())
	}
	text, err := os.ReadFile(path) //nolint:gosec // the path is a setting of the administrator
	if err != nil {
		return nil, nil, fmt.Errorf("read key file: %w", err)
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text)))
	if err != nil {
		return nil, nil, fmt.Errorf("read key file %s: it holds no keyset: %w", path, err)
	}
	return handle, info, nil
}

// writeNew fails with fs.ErrExist if path exists; it never shows half a file.
func writeNew(path string, handle *keyset.Handle) error {
	temp, err := writeTemp(path, handle)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp) }()
	return os.Link(temp, path)
}

// replace puts the keyset in the place of the file at once.
func replace(path string, handle *keyset.Handle) error {
	temp, err := writeTemp(path, handle)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		_ = os.Remove(temp)
		return err
	}
	return nil
}

// writeTemp writes the keyset beside path, on the disk for sure, mode 0600.
func writeTemp(path string, handle *keyset.Handle) (string, error) {
	var text bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text)); err != nil {
		return "", err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return "", err
	}
	if err := finish(file, text.Bytes()); err != nil {
		_ = os.Remove(file.Name())
		return "", err
	}
	return file.Name(), nil
}

func finish(file *os.File, text []byte) error {
	_, err := file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return err
}
