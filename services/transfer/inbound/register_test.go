package inbound_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer/inbound"
)

var peerAccount = inbound.Account{User: "peer", Role: inbound.RolePeer}

func TestGTW036_NewPeer(t *testing.T) {
	t.Parallel()
	f := newFixture()
	w := f.do("POST", regURL, `{"uuid":"`+strangeUUID+`","name":"a.example:8101","apitype":"eden","extra":[1]}`)
	want := `{"status":"success","statuscode":"200","message":"Registration successful","sender":"` + siteUUID + `"}`
	if w.Code != http.StatusOK || w.Body.String() != want || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	peers := []inbound.Peer{{UUID: strangeUUID, Name: "a.example:8101", APIType: "eden", Account: peerAccount}}
	if diff := cmp.Diff(peers, f.directory.peers); diff != "" {
		t.Errorf("registered (-want +got):\n%s", diff)
	}
}

func TestGTW037_KnownPeer(t *testing.T) {
	t.Parallel()
	for _, uuid := range []string{peerUUID, deletedUUID} {
		f := newFixture()
		e := accepted(t, f.do("POST", regURL, `{"uuid":"`+uuid+`","name":"New name","apitype":"ftp"}`))
		if e.Message != "Registration update successful" || e.Sender != siteUUID {
			t.Errorf("answer %+v", e)
		}
		if p := f.directory.peers[0]; p.Name != "New name" || p.APIType != "ftp" {
			t.Errorf("registered %+v", p)
		}
		accepted(t, f.do("POST", "/sync/sync.xml?resource=org_office&repository="+uuid, oneOffice))
	}
}

func TestGTW038_NoUUID(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"name":"x"}`, `{}`, `{"uuid":""}`, `{"uuid":"  "}`, `{"uuid":null,"name":"x"}`} {
		f := newFixture()
		w := f.do("POST", regURL, body)
		want := `{"status":"failed","statuscode":"400","message":"No repository identifier specified","sender":"` + siteUUID + `"}`
		if w.Code != http.StatusOK || w.Body.String() != want {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
		if e := f.journal.only(t); e.Result != inbound.ResultError || e.Action != inbound.ActionNone || !e.RemoteError {
			t.Errorf("entry %+v", e)
		}
	}
}

func TestGTW039_NameOfAPeer(t *testing.T) {
	t.Parallel()
	names := map[string]string{
		`""`:                                strangeUUID,
		`null`:                              strangeUUID,
		`" \t "`:                            strangeUUID,
		`"  two\n lines\u0000 "`:            "two lines",
		`"` + strings.Repeat("ø", 80) + `"`: strings.Repeat("ø", 64),
	}
	for sent, want := range names {
		f := newFixture()
		accepted(t, f.do("POST", regURL, `{"uuid":"`+strangeUUID+`","name":`+sent+`}`))
		if got := f.directory.peers[0].Name; got != want {
			t.Errorf("name %s became %q", sent, got)
		}
	}
}

func TestGTW040_TypeOfAPeer(t *testing.T) {
	t.Parallel()
	types := map[string]string{`"ccrm"`: "ccrm", `"Data"`: "data", `"eden"`: "eden", `""`: "eden", `"../x"`: "eden", `null`: "eden"}
	for sent, want := range types {
		f := newFixture()
		accepted(t, f.do("POST", regURL, `{"uuid":"`+strangeUUID+`","apitype":`+sent+`}`))
		if got := f.directory.peers[0].APIType; got != want {
			t.Errorf("type %s became %q", sent, got)
		}
	}
}

func TestGTW041_NoJSON(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", `{"uuid": `, "uuid=x", `["x"]`, `{"uuid":5}`, `{"uuid":"x"}{}`, `{"uuid":"x"} rest`, `"x"`} {
		f := newFixture()
		refused(t, f.do("POST", regURL, body), http.StatusBadRequest, "Invalid parameters: ")
		if len(f.directory.peers) != 0 {
			t.Errorf("%s registered", body)
		}
	}
	for _, uuid := range []string{strings.Repeat("u", 129), `a\u0000b`, `a\nb`} {
		refused(t, newFixture().do("POST", regURL, `{"uuid":"`+uuid+`"}`), http.StatusBadRequest, "Invalid parameters: uuid")
	}
	huge := `{"uuid":"x","name":"` + strings.Repeat("n", 100_000) + `"}`
	refused(t, newFixture().do("POST", regURL, huge), http.StatusRequestEntityTooLarge, "larger than 65536 bytes")
}

func TestGTW042_MethodsAndFormats(t *testing.T) {
	t.Parallel()
	const body = `{"uuid":"` + strangeUUID + `"}`
	accepted(t, newFixture().do("PUT", regURL, body))
	for _, method := range []string{"GET", "HEAD", "DELETE", "PATCH"} {
		w := newFixture().do(method, regURL, "")
		refused(t, w, http.StatusMethodNotAllowed, "Unsupported method!")
		if w.Header().Get("Allow") != "POST, PUT" {
			t.Errorf("Allow %q", w.Header().Get("Allow"))
		}
	}
	for _, last := range []string{"register.xml", "register.html", "register", "register.json.xml"} {
		refused(t, newFixture().do("POST", "/sync/repository/"+last, body), http.StatusUnsupportedMediaType, "Unsupported data format!")
	}
	refused(t, newFixture().do("POST", "/sync/repository/registered.json", body), http.StatusNotFound, "")
}

func TestGTW043_JSONCalledAForm(t *testing.T) {
	t.Parallel()
	for _, contentType := range []string{"application/x-www-form-urlencoded", "", "text/plain", "nonsense;;"} {
		accepted(t, newFixture().do("POST", regURL, `{"uuid":"`+strangeUUID+`"}`, with("Content-Type", contentType)))
	}
}

func TestGTW044_WhoMayRegister(t *testing.T) {
	t.Parallel()
	f := newFixture()
	f.directory.registerFail = apierr.New(apierr.KindPermissionDenied, apierr.ReasonPermissionDenied, "registration is closed")
	refused(t, f.do("POST", regURL, `{"uuid":"`+strangeUUID+`"}`), http.StatusForbidden, "registration is closed")
	if e := f.journal.only(t); e.Action != inbound.ActionAuthorize || e.Mode != inbound.ModeRegister {
		t.Errorf("entry %+v", e)
	}
	refused(t, newFixture().do("POST", regURL, `{"uuid":"`+siteUUID+`"}`), http.StatusBadRequest, "UUID of this site itself")
}

func TestGTW045_OldForm(t *testing.T) {
	t.Parallel()
	const target = "/sync/repository/register.xml?repository=" + strangeUUID + "&name=Old%20Eden"
	f := newFixture()
	refused(t, f.do("GET", target, ""), http.StatusMethodNotAllowed, "Unsupported method!")

	legacy := func(s *inbound.Settings) { s.LegacyRegistration = true }
	f = newFixture(legacy)
	if e := accepted(t, f.do("GET", target, "")); e.Message != "registration successful" || e.Sender != siteUUID {
		t.Errorf("answer %+v", e)
	}
	if e := accepted(t, f.do("GET", target, "")); e.Message != "registration update successful" {
		t.Errorf("answer %+v", e)
	}
	want := inbound.Peer{UUID: strangeUUID, Name: "Old Eden", APIType: "eden", Account: peerAccount}
	if diff := cmp.Diff(want, f.directory.peers[0]); diff != "" {
		t.Errorf("registered (-want +got):\n%s", diff)
	}
	if w := f.do("GET", "/sync/repository/register.xml", ""); !strings.Contains(w.Body.String(), "no repository identifier specified") {
		t.Errorf("answer %s", w.Body)
	}
	refused(t, f.do("GET", regURL, ""), http.StatusMethodNotAllowed, "")
	refused(t, f.do("POST", target, "{}"), http.StatusUnsupportedMediaType, "")
}
