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
		return nil, nil, fmt.Errorf("read key file %s: %w: %w", path, ErrNoKeyset, err)
	}
	return handle, info, nil
}

// writeNew fails with fs.ErrExist if path exists, and leaves no part of a file
// when it fails. Whoever reads meanwhile may see less than all of it.
func writeNew(path string, handle *keyset.Handle) error {
	text, err := encode(handle)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the path is a setting of the administrator
	if err != nil {
		return err
	}
	if err := finish(file, text); err != nil {
		_ = os.Remove(path)
		return err
	}
	return nil
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
	text, err := encode(handle)
	if err != nil {
		return "", err
	}
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return "", err
	}
	if err := finish(file, text); err != nil {
		_ = os.Remove(file.Name())
		return "", err
	}
	return file.Name(), nil
}

func encode(handle *keyset.Handle) ([]byte, error) {
	var text bytes.Buffer
	err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&text))
	return text.Bytes(), err
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
