package config_test

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/edensync/edensync/internal/testcert"
	"github.com/edensync/edensync/services/config"
)

func TestDelayGrowsFromTheFirstFailureBeyondTheFreeOnes(t *testing.T) {
	t.Parallel()
	for failures, want := range map[int]time.Duration{
		0: 0, 4: 0, 5: time.Second, 6: 2 * time.Second, 9: 16 * time.Second, 14: 512 * time.Second, 15: 15 * time.Minute, 1 << 30: 15 * time.Minute,
	} {
		if got := config.DelayAfter(failures, 5); got != want {
			t.Errorf("delay after %d failures = %v, want %v", failures, got, want)
		}
	}
}

func TestAddressesAreCountedByNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"10.0.0.1": "10.0.0.1", "10.0.0.1:4711": "10.0.0.1", "::ffff:10.0.0.1": "10.0.0.1",
		"2001:db8::1": "2001:db8::/64", "[2001:db8::ffff:1]:80": "2001:db8::/64", "2001:db8:0:1::1": "2001:db8:0:1::/64",
		"fe80::1%eth0": "fe80::/64", "": "", "no\naddress": "no address",
	} {
		if got := config.NetworkOf(address); got != want {
			t.Errorf("NetworkOf(%q) = %q, want %q", address, got, want)
		}
	}
	if n := len(config.PairSubject(strings.Repeat("x", 1<<20), strings.Repeat("y", 1<<20))); n > 1000 {
		t.Errorf("a subject has %d bytes", n)
	}
}

func TestSetupCodesForgiveHowTheyAreTyped(t *testing.T) {
	t.Parallel()
	want := config.HashOfCode("0123-4567-V189-ABCD")
	for _, typed := range []string{"0123 4567 v189 abcd", "o123-4567-ul89-abcd", "OI23-4567-UI89-ABCD"} {
		if config.HashOfCode(typed) != want {
			t.Errorf("%q was not recognised", typed)
		}
	}
	if config.HashOfCode("0123-4567-V189-ABCE") == want {
		t.Error("another code was taken")
	}
	seen := map[string]bool{}
	for range 100 {
		code, err := config.NewSetupCode()
		if err != nil {
			t.Fatal(err)
		}
		if seen[code.Reveal()] || strings.ContainsAny(code.Reveal(), "ILOU") || len(code.Reveal()) != 19 {
			t.Errorf("code = %q", code.Reveal())
		}
		seen[code.Reveal()] = true
	}
}

func TestSecretsAreNotFormatted(t *testing.T) {
	t.Parallel()
	r := config.Repository{Name: "Kenya", Password: "PLANTED", Proxy: "http://u:PLANTED@p:1"}
	s := config.Settings{Proxy: "http://u:PLANTED@p:1"}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{fmt.Sprintf("%v %+v %#v %s", r, r, r, r.Password), fmt.Sprintf("%+v %#v", s, s), string(text)} {
		if strings.Contains(shown, "PLANTED") {
			t.Errorf("a secret was formatted: %s", shown)
		}
	}
	if config.Secret("").String() != "" {
		t.Error("no secret looks like one")
	}
}

func TestLearn(t *testing.T) {
	t.Parallel()
	exchanged := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		stored config.Repository
		sender string
		want   string
	}{
		{"none named", config.Repository{}, "", "kept"},
		{"first word", config.Repository{}, "a", "learned"},
		{"first word after an exchange", config.Repository{LastConnectTime: exchanged}, "a", "learned"},
		{"same learned", config.Repository{UUID: "a", UUIDSource: config.UUIDLearned}, "a", "kept"},
		{"other than learned", config.Repository{UUID: "a", UUIDSource: config.UUIDLearned}, "b", "learned"},
		{"other than learned after an exchange", config.Repository{UUID: "a", UUIDSource: config.UUIDLearned, LastConnectTime: exchanged}, "b", "differs"},
		{"same entered", config.Repository{UUID: "a", UUIDSource: config.UUIDEntered}, "a", "kept"},
		{"other than entered", config.Repository{UUID: "a", UUIDSource: config.UUIDEntered}, "b", "differs"},
	} {
		if got := config.Learned(c.stored, c.sender); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAuditTellsChangesWithoutSecrets(t *testing.T) {
	t.Parallel()
	before := config.Repository{Name: "A", URL: "https://a", Password: "PLANTED-1", Proxy: "http://u:PLANTED-2@p:1", Type: config.TypeEden}
	after := before
	after.URL, after.Password, after.Proxy, after.AcceptPushes, after.CACertificates = "", "PLANTED-3", "http://u:PLANTED-4@p:1", true, "-----BEGIN CERTIFICATE-----"
	got := config.DescribeUpdate(before, after)
	want := "url: https://a → ; password replaced; proxyUrl replaced; caCertificates: 1 certificates; acceptPushes: false → true"
	if got != want {
		t.Errorf("update = %q, want %q", got, want)
	}
	if got := config.DescribeUpdate(before, before); got != "nothing changed" {
		t.Errorf("no change = %q", got)
	}
	if got := config.DescribeNew(before); strings.Contains(got, "PLANTED") || !strings.Contains(got, "name: A; url: https://a; password: •••") {
		t.Errorf("new = %q", got)
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	good := testcert.NewAuthority(t).PEM()
	key := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")}))
	for name, c := range map[string]struct {
		text string
		ok   bool
	}{
		"none": {"", true}, "blank": {" \n", true}, "one": {good, true}, "two with a remark": {"Our CA\n" + good + "\n" + good, true},
		"text": {"hello", false}, "a key": {key, false}, "a key behind": {good + key, false},
		"damaged": {strings.Replace(good, "MI", "XX", 1), false}, "cut off": {good + good[:len(good)-10], false},
		"too many": {strings.Repeat(good, 51), false}, "too long": {good + strings.Repeat("\n", 128<<10), false},
	} {
		if err := config.CheckCertificates(c.text); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOneLineIsFitToBeShown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "text"))
		got := config.OneLine(text, 10)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 10 || strings.ContainsAny(got, "\n\r\t\x00") {
			t.Fatalf("OneLine(%q) = %q", text, got)
		}
	})
}

func TestNormalizedURLsStayAsTheyAre(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"http://", "https://", "HTTP://", "ftp://", ""}).Draw(t, "scheme") +
			rapid.StringMatching(`[a-zA-Z0-9.\[\]:@%-]{0,20}`).Draw(t, "host") + rapid.StringMatching(`[/a-z%2F?#. ]{0,12}`).Draw(t, "path")
		first, err := config.NormalizeURL(text)
		if err != nil {
			return
		}
		second, err := config.NormalizeURL(first)
		if err != nil || second != first || strings.HasSuffix(first, "/") || strings.ContainsAny(first, "?#@ ") {
			t.Fatalf("NormalizeURL(%q) = %q, then %q, %v", text, first, second, err)
		}
	})
}

func TestAcceptedConditionsHaveASelectorInEachPart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		condition := rapid.StringMatching(`[~.a_b|!=&($ ]{0,16}`).Draw(t, "condition")
		if config.CheckCondition(condition) != nil {
			return
		}
		for part := range strings.SplitSeq(condition, "&") {
			selector, _, ok := strings.Cut(part, "=")
			if !ok || !strings.Contains(selector, ".") && !strings.HasPrefix(selector, "(") && selector != "$filter" {
				t.Fatalf("accepted although Eden ignores %q", part)
			}
		}
	})
}
