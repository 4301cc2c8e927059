package peer_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
	"github.com/edensync/edensync/services/transfer/policy"
)

func TestPullURL_TRF004_TRF005_TRF006_TRF007_TRF008(t *testing.T) {
	t.Parallel()
	const common = "resource=org_office&repository=" + siteUUID
	since := time.Date(2026, 11, 20, 10, 0, 0, 900, time.FixedZone("", 3600))
	tests := map[string]struct {
		req  peer.PullRequest
		want string
	}{
		"everything":          {peer.PullRequest{}, common + "&include_deleted=True"},
		"newer":               {peer.PullRequest{Since: since, Rule: policy.Rule{Update: policy.Newer}}, common + "&msince=2026-11-20T09:00:00&include_deleted=True"},
		"master":              {peer.PullRequest{Since: since, Rule: policy.Rule{Update: policy.Master}}, common + "&msince=2026-11-20T09:00:00&include_deleted=True"},
		"this sends no time":  {peer.PullRequest{Since: since, Rule: policy.Rule{Update: policy.This}}, common + "&include_deleted=True"},
		"other sends no time": {peer.PullRequest{Since: since, Rule: policy.Rule{Update: policy.Other}}, common + "&include_deleted=True"},
		"page":                {peer.PullRequest{Limit: 50}, common + "&include_deleted=True&limit=50"},
		"own filter":          {filtered("", "~.name__like=A*&~.code=1,2"), common + "&include_deleted=True&[~]~.name__like=A%2A&[~]~.code=1%2C2"},
		"own filter by name":  {filtered("org_office", "~.name=x"), common + "&include_deleted=True&[~]~.name=x"},
		"other table":         {filtered("gis_location", "~.L0=Norge/Øst"), common + "&include_deleted=True&[gis_location]~.L0=Norge/%C3%98st"},
		"same selector twice": {filtered("", "~.a__gt=1&~.a__lt=9"), common + "&include_deleted=True&[~]~.a__gt=1&[~]~.a__lt=9"},
		"encoded in store":    {filtered("", "~.name=a%26b+c"), common + "&include_deleted=True&[~]~.name=a%26b%20c"},
		"badly encoded":       {filtered("", "~.name=50%"), common + "&include_deleted=True&[~]~.name=50%25"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eden := peertest.Start(t).Know("org_office")
			test.req.Resource = "org_office"
			if _, _, err := pullAll(t, client(t), remote(eden), test.req); err != nil {
				t.Fatal(err)
			}
			got := eden.Requests(peertest.Pull)[0]
			if got.Method != http.MethodGet || got.Path != "/eden/sync/sync.xml" || got.RawQuery != test.want {
				t.Errorf("got %s %s?%s\nwant query %s", got.Method, got.Path, got.RawQuery, test.want)
			}
		})
	}
}

func filtered(table, query string) peer.PullRequest {
	return peer.PullRequest{Filters: []transfer.Filter{{Table: table, Query: query}}}
}

func TestPullReachesTheApplicationWithOneSlash_CFG006(t *testing.T) {
	t.Parallel()
	for _, end := range []string{"", "/", "//", " "} {
		eden := peertest.Start(t).Know("org_office")
		r := remote(eden)
		r.BaseURL += end
		if _, _, err := pullAll(t, client(t), r, peer.PullRequest{Resource: "org_office"}); err != nil {
			t.Fatalf("%q: %v", end, err)
		}
		if got := eden.Requests(peertest.Pull)[0].Path; got != "/eden/sync/sync.xml" {
			t.Errorf("base URL ending in %q asked for %s", end, got)
		}
	}
}

func TestPullHeaders(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Know("org_office")
	c := client(t)
	for range 2 {
		if _, _, err := pullAll(t, c, remote(eden), peer.PullRequest{Resource: "org_office", Cursor: "7"}); err != nil {
			t.Fatal(err)
		}
	}
	want := http.Header{"Accept-Encoding": {"zstd, gzip"}, "Edensync-Version": {"1"}, "User-Agent": {"edensync"}}
	for _, r := range eden.Requests(peertest.Pull) {
		if diff := cmp.Diff(want, r.Header); diff != "" {
			t.Errorf("no cookie, no credentials and no cursor were due:\n%s", diff)
		}
	}
}

func TestPullGivesTheDocument_TRF015(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Put(office("urn:uuid:1"))
	text, res, err := pullAll(t, client(t), remote(eden), peer.PullRequest{Resource: "org_office"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text, `uuid="urn:uuid:1" mci="1"`) || !strings.Contains(text, "Höhenweg ✓") {
		t.Errorf("got document %s", text)
	}
	if res.ContentType != "text/xml" || res.Edensync || res.More || res.Cursor != "" {
		t.Errorf("got %+v from a plain Eden", res)
	}
	if res.Bytes() != int64(len(text)) {
		t.Errorf("counted %d bytes of %d", res.Bytes(), len(text))
	}
}

func TestPullOfNothingIsNoFailure_TRF013(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Know("org_office")
	text, _, err := pullAll(t, client(t), remote(eden), peer.PullRequest{Resource: "org_office"})
	if err != nil || !strings.Contains(text, `success="false" results="0"`) {
		t.Errorf("got %q, %v", text, err)
	}
}

func TestPullPagesFromAnEdensync(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Edensync().Zstd().Put(office("urn:uuid:1"), office("urn:uuid:2"), office("urn:uuid:3"))
	c, cursor, seen := client(t), "", ""
	for page := range 2 {
		text, res, err := pullAll(t, c, remote(eden), peer.PullRequest{
			Resource: "org_office", UseCursor: true, Cursor: cursor, Limit: 2, Position: transfer.Position{Epoch: "e", Seq: 7}, Brief: page > 0,
		})
		if err != nil {
			t.Fatal(err)
		}
		if !res.Edensync || res.Version != "1" || res.More != (page == 0) {
			t.Errorf("page %d: got %+v", page, res)
		}
		seen, cursor = seen+text, res.Cursor
	}
	if at := eden.Requests(peertest.Pull)[0].Header.Get("Edensync-Position"); at != "e:7" {
		t.Errorf("position %q", at)
	}
	for page, want := range []string{"", "true"} {
		if got := eden.Requests(peertest.Pull)[page].Header.Get("Edensync-Brief"); got != want {
			t.Errorf("page %d: in brief %q", page, got)
		}
	}
	for _, uid := range []string{"urn:uuid:1", "urn:uuid:2", "urn:uuid:3"} {
		if strings.Count(seen, uid) != 1 {
			t.Errorf("%s came %d times", uid, strings.Count(seen, uid))
		}
	}
	if first := eden.Requests(peertest.Pull)[0].Header["Edensync-Cursor"]; len(first) != 1 || first[0] != "" {
		t.Errorf("the first cursor must be sent and empty, got %q", first)
	}
}

func TestPullDecompresses_TRF016(t *testing.T) {
	t.Parallel()
	for name, eden := range map[string]*peertest.Eden{"gzip": peertest.Start(t).Gzip(), "zstd": peertest.Start(t).Zstd(), "identity": peertest.Start(t)} {
		t.Run(name, func(t *testing.T) {
			r := office("urn:uuid:1")
			r.Content = `<data field="name">` + strings.Repeat("Hafen ", 2000) + `</data>`
			eden.Put(r)
			text, res, err := pullAll(t, client(t), remote(eden), peer.PullRequest{Resource: "org_office"})
			if err != nil || !strings.HasSuffix(text, "</s3xml>") {
				t.Fatalf("got %d bytes, %v", len(text), err)
			}
			if small := res.Bytes() < int64(len(text)/10); small != (name != "identity") {
				t.Errorf("%d bytes on the wire for %d", res.Bytes(), len(text))
			}
		})
	}
}

func TestPullLimitsTheDecompressedSize(t *testing.T) {
	t.Parallel()
	for name, eden := range map[string]*peertest.Eden{"gzip": peertest.Start(t).Gzip(), "zstd": peertest.Start(t).Zstd(), "plain": peertest.Start(t)} {
		t.Run(name, func(t *testing.T) {
			r := office("urn:uuid:1")
			r.Content = "<data>" + strings.Repeat("0", 5<<20) + "</data>"
			eden.Put(r)
			text, _, err := pullAll(t, client(t, func(s *peer.Settings) { s.MaxResponseBytes = 1 << 20 }), remote(eden), peer.PullRequest{Resource: "org_office"})
			wantReason(t, err, peer.ReasonAnswerTooLarge)
			if len(text) != 1<<20 {
				t.Errorf("gave %d bytes before it stopped", len(text))
			}
		})
	}
}

func TestPullOfDamagedCompression(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ encoding, body, reason string }{
		"no gzip":       {"gzip", "<s3xml></s3xml>", peer.ReasonBadAnswer},
		"no zstd":       {"zstd", "<s3xml/>", peer.ReasonBadAnswer},
		"not asked for": {"br", "<s3xml/>", peer.ReasonBadAnswer},
		"twice":         {"gzip, gzip", "<s3xml/>", peer.ReasonBadAnswer},
		"truncated":     {"gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00\x4b", peer.ReasonUnavailable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eden := peertest.Start(t).Always(peertest.Pull, peertest.Answer(200, "text/xml", test.body, "Content-Encoding", test.encoding))
			_, _, err := pullAll(t, client(t), remote(eden), peer.PullRequest{Resource: "org_office"})
			wantReason(t, err, test.reason)
		})
	}
}

func TestPullThatBreaksOff_TRF018(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Put(office("urn:uuid:1")).Once(peertest.Pull, peertest.Cut(100))
	text, _, err := pullAll(t, client(t), remote(eden), peer.PullRequest{Resource: "org_office"})
	e := wantReason(t, err, peer.ReasonUnavailable)
	if len(text) != 100 || !e.Retry || !e.Remote || e.Message != "Peer repository unavailable (connection closed by the remote site)" {
		t.Errorf("after %d bytes got %+v", len(text), e)
	}
	if n := len(eden.Requests(peertest.Pull)); n != 1 {
		t.Errorf("an answer that has begun was asked for %d times", n)
	}
}

func TestPullMeasuresTheClock_TRF089(t *testing.T) {
	t.Parallel()
	for _, skew := range []time.Duration{0, time.Hour, -90 * time.Second} {
		eden := peertest.Start(t).Know("org_office").Skew(skew)
		_, res, err := pullAll(t, client(t), remote(eden), peer.PullRequest{Resource: "org_office"})
		if err != nil {
			t.Fatal(err)
		}
		if diff := (res.ClockOffset - skew).Abs(); diff > 2*time.Second {
			t.Errorf("a clock that is %s ahead was measured as %s", skew, res.ClockOffset)
		}
		if res.Date.IsZero() {
			t.Error("the remote's time is missing")
		}
	}
}
