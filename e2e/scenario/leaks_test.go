package scenario_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// leaksCommand fails if a secret stands in a file of the site's data folder, in its log, in its database, or in anything
// that clients and answers have said so far: as it is, in base64 or in hexadecimal digits.
func leaksCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: leaks NAME SECRET…")
	}
	w := worldOf(ts)
	s := w.site(ts, args[0])
	places, err := s.places()
	ts.Check(err)
	if s.database != "" {
		text, err := databaseText(w.tb, s.database)
		ts.Check(err)
		places["the database"] = []byte(text)
	}
	places["what was said"] = w.said.Bytes()
	for _, secret := range args[1:] {
		for place, content := range places {
			if form := form(content, secret); form != "" {
				ts.Fatalf("the secret %s stands in %s %s", secret, place, form)
			}
		}
	}
	ts.Logf("%d places hold none of %d secrets", len(places), len(args)-1)
}

// places are the files of a site with their content.
func (s *site) places() (map[string][]byte, error) {
	log, err := os.ReadFile(s.logPath())
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(log, []byte("level=DEBUG")) {
		return nil, fmt.Errorf("%s shows no debug lines", s.logPath())
	}
	found := map[string][]byte{"the log": log}
	err = filepath.WalkDir(s.data(), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		found[path], err = os.ReadFile(path)
		return err
	})
	return found, err
}

// form tells in which form the secret stands in content, "" if it does not.
func form(content []byte, secret string) string {
	encoded := base64.StdEncoding.EncodeToString([]byte(":" + secret))
	for name, text := range map[string]string{
		"as plain text": secret,
		// The end of USER:SECRET in base64, wherever the groups of three begin.
		"in base64":             strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(secret)), "="),
		"in base64, shifted":    strings.TrimRight(encoded[4:], "="),
		"in hexadecimal digits": hex.EncodeToString([]byte(secret)),
	} {
		if bytes.Contains(content, []byte(text)) {
			return name
		}
	}
	return ""
}
