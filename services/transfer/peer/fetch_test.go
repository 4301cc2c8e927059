package peer_test

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/transfer/peer"
	"github.com/edensync/edensync/services/transfer/peertest"
)

func TestFetch_TRF090_TRF094(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).RequireUser("sync", "secret")
	url := eden.AddFile("doc_document.file.ab12.txt", peertest.File{ContentType: "text/plain", Filename: "plan Ö.txt", Content: []byte("the plan")})
	r := remote(eden)
	r.Username, r.Password = "sync", "secret"
	for _, address := range []string{url, " " + url + " ", "/default/download/doc_document.file.ab12.txt"} {
		body, meta, err := client(t).Fetch(t.Context(), r, address, 100)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(body)
		if err != nil || string(text) != "the plan" || body.Close() != nil {
			t.Errorf("got %q, %v", text, err)
		}
		if diff := cmp.Diff(peer.Meta{ContentType: "text/plain", Filename: "plan Ö.txt", Size: 8}, meta); diff != "" {
			t.Error(diff)
		}
	}
	for _, got := range eden.Requests(peertest.Download) {
		if got.Path != "/eden/default/download/doc_document.file.ab12.txt" || got.User != "sync" {
			t.Errorf("got %+v", got)
		}
	}
}

func TestFetchGoesNowhereElse_TRF090(t *testing.T) {
	t.Parallel()
	trap := peertest.Start(t)
	foreign := trap.AddFile("x", peertest.File{Public: true})
	eden := peertest.Start(t)
	host := strings.TrimSuffix(strings.TrimPrefix(eden.URL(), "http://"), "/eden")
	for _, address := range []string{
		foreign, "http://10.0.0.1/x", "http://169.254.169.254/latest", "http://localhost/x", "http://[::1]/x", "http://elsewhere.example.org/x",
		"file:///etc/passwd", "ftp://" + host + "/x", "//" + host + "/x", "gopher://x", "x.png", "", "local", "http://" + host + "@10.0.0.1/x", "http://%zz/",
	} {
		_, _, err := client(t).Fetch(t.Context(), remote(eden), address, 100)
		if e := wantReason(t, err, peer.ReasonNotAllowed); e.Retry {
			t.Errorf("%s: got %+v", address, e)
		}
	}
	if n := len(trap.Requests(peertest.Any)) + len(eden.Requests(peertest.Any)); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}

func TestFetchFromASecureSiteStaysSecure(t *testing.T) {
	t.Parallel()
	secure := peertest.StartTLS(t, peertest.Valid)
	url := secure.AddFile("x", peertest.File{Content: []byte("x"), Public: true})
	_, _, err := client(t).Fetch(t.Context(), remote(secure), strings.Replace(url, "https://", "http://", 1), 100)
	wantReason(t, err, peer.ReasonNotAllowed)
	risen := remote(secure)
	risen.BaseURL = strings.Replace(risen.BaseURL, "https://", "http://", 1)
	body, _, err := client(t).Fetch(t.Context(), risen, url, 100)
	if err != nil {
		t.Fatal(err)
	}
	shut(t, body)
}

func TestFetchHasALimit(t *testing.T) {
	t.Parallel()
	for name, eden := range map[string]*peertest.Eden{"announced": peertest.Start(t), "compressed": peertest.Start(t).Gzip()} {
		t.Run(name, func(t *testing.T) {
			url := eden.AddFile("x", peertest.File{Content: make([]byte, 1001), Public: true})
			body, meta, err := client(t).Fetch(t.Context(), remote(eden), url, 1000)
			if err == nil {
				if meta.Size != -1 {
					t.Errorf("got size %d", meta.Size)
				}
				_, err = io.ReadAll(body)
				shut(t, body)
			}
			wantReason(t, err, peer.ReasonAnswerTooLarge)
			body, _, err = client(t).Fetch(t.Context(), remote(eden), url, 1001)
			if err != nil {
				t.Fatal(err)
			}
			if text, err := io.ReadAll(body); err != nil || len(text) != 1001 {
				t.Errorf("got %d bytes, %v", len(text), err)
			}
			shut(t, body)
		})
	}
}
