package process_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	"github.com/edensync/edensync/internal/trace"
)

type settings struct {
	process.ServiceSettings `embed:""`
	process.DatabaseSettings
	Name string `default:"none"`
}

var vars = map[string]string{"listen": "127.0.0.1:1", "health": "127.0.0.1:2"}

func parse(t *testing.T, args ...string) (settings, error) {
	t.Helper()
	var s settings
	_, err := process.Parse(&s, "test", "about", args, vars)
	return s, err
}

func TestSettingsFromFlagsThenEnvironmentThenDefaults(t *testing.T) {
	s, err := parse(t)
	if err != nil || s.Name != "none" || s.Listen != "127.0.0.1:1" || s.Log.Level != "info" {
		t.Errorf("defaults: %+v, %v", s, err)
	}
	t.Setenv("EDENSYNC_NAME", "environment")
	t.Setenv("EDENSYNC_LOG_LEVEL", "debug")
	s, err = parse(t)
	if err != nil || s.Name != "environment" || s.Log.Level != "debug" {
		t.Errorf("environment: %+v, %v", s, err)
	}
	s, err = parse(t, "--name", "flag", "--log-level=warn")
	if err != nil || s.Name != "flag" || s.Log.Level != "warn" {
		t.Errorf("flags: %+v, %v", s, err)
	}
	if _, err := parse(t, "--log-level=loud"); apierr.ReasonOf(err) != apierr.ReasonSettingsInvalid {
		t.Errorf("nonsense: %v", err)
	}
}

func TestSecretsFromFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte("from the file\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("EDENSYNC_CLUSTER_KEY_FILE", file)
	t.Setenv("EDENSYNC_NAME_FILE", file)
	s, err := parse(t)
	if err != nil || s.ClusterKey.Reveal() != "from the file" || s.Name != "none" {
		t.Errorf("file: %q, %q, %v", s.ClusterKey.Reveal(), s.Name, err)
	}
	s, err = parse(t, "--cluster-key=from the flag")
	if err != nil || s.ClusterKey.Reveal() != "from the flag" {
		t.Errorf("flag: %q, %v", s.ClusterKey.Reveal(), err)
	}
	t.Setenv("EDENSYNC_CLUSTER_KEY", "geheim")
	if _, err = parse(t); apierr.ReasonOf(err) != apierr.ReasonSettingsInvalid || strings.Contains(err.Error(), "geheim") {
		t.Errorf("both: %v", err)
	}
	t.Setenv("EDENSYNC_CLUSTER_KEY", "")
	t.Setenv("EDENSYNC_CLUSTER_KEY_FILE", file+".absent")
	if _, err = parse(t); apierr.ReasonOf(err) != apierr.ReasonSettingsInvalid {
		t.Errorf("absent file: %v", err)
	}
}

func TestSecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	secret := process.Secret("geheim")
	data, err := json.Marshal(map[string]any{"a": secret, "b": struct{ S process.Secret }{secret}})
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "plain", secret)
	for _, text := range []string{string(data), log.String(), fmt.Sprint(secret), fmt.Sprintf("%v %+v %#v %q %s", secret, secret, secret, secret, secret)} {
		if strings.Contains(text, "geheim") || !strings.Contains(text, "•••") {
			t.Errorf("printed as %s", text)
		}
	}
	if secret.Reveal() != "geheim" || process.Secret("").String() != "" {
		t.Error("the value itself is wrong")
	}
}

func TestDatabaseInDataFolderByDefault(t *testing.T) {
	t.Parallel()
	s := process.DatabaseSettings{Data: t.TempDir()}
	db, err := s.Open(t.Context(), "audit")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(s.Data, "audit.db")); err != nil {
		t.Error(err)
	}
}

func TestDialSettings(t *testing.T) {
	t.Parallel()
	cert, key := writeCertificate(t, t.TempDir(), "one")
	logger := slog.New(slog.DiscardHandler)
	own := process.TLSSettings{TLSCert: cert, TLSKey: key}
	opts, err := process.ClusterSettings{ClusterKey: "k", TLSCA: cert}.Dial("gateway", own, logger, time.Now)
	if err != nil || opts.TLS == nil || opts.Key != "k" || opts.Service != "gateway" || opts.Insecure {
		t.Fatalf("with certificates: %+v, %v", opts, err)
	}
	if shown, err := opts.TLS().GetClientCertificate(nil); err != nil || shown.Leaf.Subject.CommonName != "one" {
		t.Errorf("callers show %v, %v", shown, err)
	}
	if opts, err = (process.ClusterSettings{TLSCA: cert}).Dial("gateway", process.TLSSettings{}, logger, time.Now); err != nil || opts.TLS().GetClientCertificate != nil {
		t.Errorf("without a certificate: %v", err)
	}
	opts, err = process.ClusterSettings{InsecureRPC: true, TLSCA: cert}.Dial("gateway", own, logger, time.Now)
	if err != nil || opts.TLS != nil || !opts.Insecure {
		t.Errorf("insecure: %+v, %v", opts, err)
	}
	for _, path := range []string{"absent", os.DevNull} {
		if _, err := (process.ClusterSettings{TLSCA: path}).Dial("x", own, logger, time.Now); apierr.ReasonOf(err) != apierr.ReasonSettingsInvalid {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, half := range []process.TLSSettings{{TLSCert: cert}, {TLSCert: cert, TLSKey: "absent"}} {
		if _, err := (process.ClusterSettings{TLSCA: cert}).Dial("x", half, logger, time.Now); apierr.ReasonOf(err) != apierr.ReasonSettingsInvalid {
			t.Errorf("%+v: %v", half, err)
		}
	}
}

func TestDatabaseConnectionsAreLimited(t *testing.T) {
	t.Parallel()
	for _, n := range []int{-1, 1001} {
		s := process.DatabaseSettings{Data: t.TempDir(), Connections: n}
		if _, err := s.Open(t.Context(), "audit"); apierr.ReasonOf(err) != apierr.ReasonSettingsInvalid {
			t.Errorf("%d: %v", n, err)
		}
	}
}

func TestLoggerNamesRequestAndRun(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	logger := process.Logger(&out, "json", "info").With("a", "b")
	ctx := trace.With(t.Context(), trace.IDs{Request: "q-1", Run: "r-1"})
	logger.InfoContext(ctx, "both")
	logger.InfoContext(ctx, "own", "runId", "r-2")
	logger.Info("none")
	want := []string{`"msg":"both","a":"b","requestId":"q-1","runId":"r-1"}`, `"msg":"own","a":"b","runId":"r-2","requestId":"q-1"}`, `"msg":"none","a":"b"}`}
	for i, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		if !strings.HasSuffix(line, want[i]) {
			t.Errorf("got %s, want %s", line, want[i])
		}
	}
}

func TestLoggerHidesSecrets(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		var out strings.Builder
		logger := process.Logger(&out, format, "info")
		logger.With("password", "geheim").Info("open http://ada:geheim@h/", "url", "http://ada:geheim@h/x", "error", fmt.Errorf("call http://a:geheim@h: %w", os.ErrClosed),
			slog.Group("g", "apiToken", "geheim", "header", map[string][]string{"Authorization": {"Basic geheim"}}), "count", 3)
		logger.Debug("not wanted")
		if strings.Contains(out.String(), "geheim") || strings.Contains(out.String(), "not wanted") {
			t.Errorf("%s: %s", format, out.String())
		}
		for _, word := range []string{"INFO", "count", "•••@h/x", "file already closed"} {
			if !strings.Contains(out.String(), word) {
				t.Errorf("%s lacks %q: %s", format, word, out.String())
			}
		}
		if format == "json" {
			var line map[string]any
			if err := json.Unmarshal([]byte(out.String()), &line); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff("•••", line["password"]); diff != "" {
				t.Error(diff)
			}
		}
	}
}
