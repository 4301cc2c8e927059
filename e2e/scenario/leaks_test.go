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
// that clients and answers have said so far: as it is, in base64 or in hexadecimal digits. With ! it must stand there: proof
// that all these places are looked at.
func leaksCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: [!] leaks NAME SECRET…")
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
		where := find(places, secret)
		if !neg && where != "" {
			ts.Fatalf("the secret %s stands in %s", secret, where)
		}
		if neg && where == "" {
			ts.Fatalf("%s was not found", secret)
		}
	}
	ts.Logf("looked at %d places", len(places))
}

// find tells where a secret stands, "" if nowhere.
func find(places map[string][]byte, secret string) string {
	for place, content := range places {
		if form := form(content, secret); form != "" {
			return place + " " + form
		}
	}
	return ""
}

// forgetCommand forgets what was said so far: a token is said once, on purpose.
func forgetCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: forget")
	}
	worldOf(ts).said.Reset()
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
