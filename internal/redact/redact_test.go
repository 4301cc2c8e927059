package redact_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/edensync/edensync/internal/redact"
)

func TestText(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"GET http://ada:geheim@eden.example/eden/sync?x=1 failed": "GET http://•••@eden.example/eden/sync?x=1 failed",
		"http://ada@eden.example/":                                "http://•••@eden.example/",
		"http://ada:ge@heim@eden.example/":                        "http://•••@eden.example/",
		`parse "http://ada:ge/heim@eden.example/": invalid port`:  `parse "http://•••@eden.example/": invalid port`,
		"socks5h://u:geheim@p:1080, then http://v:geheim@q":       "socks5h://•••@p:1080, then http://•••@q",
		"postgres://u:geheim@h1:5432,h2:5432/db?sslmode=disable":  "postgres://•••@h1:5432,h2:5432/db?sslmode=disable",
		"Authorization: Basic YWRhOmdlaGVpbQ==":                   "Authorization: •••",
		"proxy-authorization=Bearer geheim":                       "proxy-authorization=•••",
		"map[Authorization:[Basic YWRhOmdlaGVpbQ==] Accept:[*]]":  "map[Authorization:[•••] Accept:[*]]",
		`{"authorization":"geheim","a":1}`:                        `{"authorization":"•••","a":1}`,
		"sent Basic YWRhOmdlaGVpbQ== to the peer":                 "sent Basic ••• to the peer",
		"Bearer geheim1234567":                                    "Bearer •••",
		"Set-Cookie: session=geheim; Path=/":                      "Set-Cookie: •••",
		"login?user=ada&password=geheim&next=1":                   "login?user=ada&password=•••&next=1",
		`{"accessToken":"geheim","name":"ada"}`:                   `{"accessToken":"•••","name":"ada"}`,
	}
	for in, want := range tests {
		got := redact.Text(in)
		if got != want {
			t.Errorf("Text(%q)\n got %q\nwant %q", in, got, want)
		}
		if again := redact.Text(got); again != got {
			t.Errorf("a second time %q became %q", got, again)
		}
		if strings.Contains(got, "geheim") {
			t.Errorf("the secret is still in %q", got)
		}
	}
}

func TestTextLeavesProseAlone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "Data imported successfully (12 records)", "basic equipment is missing", "Invalid password: try again",
		"http://eden.example:8000/eden/default/user@example.org", "http://[::1]:80/a@b", "urn:uuid:1-2-3", "the token expired",
		"(UID: urn:uuid:a) org_office.email=ada@example.org: invalid", "authorize, authenticate or parse",
	} {
		if got := redact.Text(text); got != text {
			t.Errorf("Text(%q) = %q", text, got)
		}
	}
}

func TestPasswordsOfAddressesNeverSurvive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		password := "Q" + rapid.StringMatching(`[a-z0-9:@!$%&*+,;=._~\-]{6,20}`).Draw(t, "password") + "Z"
		got := redact.Text("open https://ada:" + password + "@eden.example:8443/sync?a=b: refused")
		if strings.Contains(got, password) || !strings.Contains(got, "@eden.example:8443/sync?a=b: refused") {
			t.Fatalf("got %q", got)
		}
	})
}

func TestKey(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"password": true, "proxyPassword": true, "client_secret": true, "Authorization": true, "token": true, "apiToken": true,
		"Set-Cookie": true, "setupCode": true, "api-key": true, "pageToken": false, "nextPageToken": false, "name": false, "tokens": false,
	} {
		if got := redact.Key(name); got != want {
			t.Errorf("Key(%q) = %v", name, got)
		}
	}
}

func TestClip(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text  string
		limit int
		want  string
	}{
		"fits":              {"short", 5, "short"},
		"cut":               {"a longer text", 10, "a lo […]"},
		"never in a letter": {"ØØØØØØØØØØ", 13, "ØØØ […]"},
		"damaged":           {"a\xffb", 20, "a\uFFFDb"},
		"damaged and cut":   {strings.Repeat("\xff1", 10), 13, "\uFFFD1\uFFFD […]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := redact.Clip(test.text, test.limit); got != test.want || len(got) > test.limit {
				t.Errorf("Clip = %q (%d bytes), want %q", got, len(got), test.want)
			}
		})
	}
}
