package audit_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/audit"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestAUD010_RemoteFalseOnSuccess(t *testing.T) {
	t.Parallel()
	for result, want := range map[audit.Result]bool{
		audit.ResultSuccess: false, audit.ResultWarning: true, audit.ResultError: true, audit.ResultFatal: true,
		// Unknown becomes success, and then the rule holds as well.
		"splendid": false, "": false,
	} {
		if got := (audit.Entry{Result: result, RemoteError: true}).Normalize().RemoteError; got != want {
			t.Errorf("result %q: remote error %v, want %v", result, got, want)
		}
		if (audit.Entry{Result: result}).Normalize().RemoteError {
			t.Errorf("result %q: a remote error appeared", result)
		}
	}
}

func TestAUD011_UnknownWordsAreKeptAsOriginal(t *testing.T) {
	t.Parallel()
	got := audit.Entry{Mode: "teleport", Transmission: "sideways", Result: "splendid"}.Normalize()
	if got.Mode != audit.ModeNone || got.Transmission != audit.TransmissionNone || got.Result != audit.ResultSuccess {
		t.Errorf("got %q %q %q", got.Mode, got.Transmission, got.Result)
	}
	want := map[string]string{"mode": "teleport", "transmission": "sideways", "result": "splendid"}
	if diff := cmp.Diff(want, got.Original); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	known := audit.Entry{Mode: audit.ModePull, Transmission: audit.TransmissionIncoming, Result: audit.ResultFatal}.Normalize()
	if known.Mode != audit.ModePull || known.Transmission != audit.TransmissionIncoming || known.Result != audit.ResultFatal || known.Original != nil {
		t.Errorf("known words became %+v", known)
	}
	if empty := (audit.Entry{}).Normalize(); empty.Mode != audit.ModeNone || empty.Result != audit.ResultSuccess || empty.Original != nil {
		t.Errorf("nothing became %+v", empty)
	}
}

func TestAUD012_EmptyActionIsNone(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{"": "none", " \t": "none", "fetch": "fetch", "request registration": "request registration"} {
		if got := (audit.Entry{Action: given}).Normalize().Action; got != want {
			t.Errorf("action %q became %q, want %q", given, got, want)
		}
	}
}

func TestAUD014_MarkupIsStripped(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"plain text":   "plain text",
		"<b>bold</b>!": "bold!",
		"<html><head><title>Oops</title></head><body><h1>500</h1><p>Sorry</p></body></html>": "Oops\n500\nSorry",
		`<script type="x">steal()</script>kept<style>p {}</style>`:                           "kept",
		"<img src=x onerror=alert(1)>seen":                                                   "seen",
		"<scr<b></b>ipt>alert(1)</script>":                                                   "alert(1)",
		"a<!-- hidden -->b":                                                                  "ab",
		"org_office.name < 3 and count > 4":                                                  "org_office.name < 3 and count > 4",
		`in <resource name="org_office">: bad`:                                               `in <resource name="org_office">: bad`,
		"red \x1b[31malert\x00\r\n\r\n  next\tline":                                          "red [31malert\nnext line",
		"<BR/>one<br>two":                                                                    "one\ntwo",
	} {
		if got := audit.StripMarkup(given); got != want {
			t.Errorf("StripMarkup(%q)\n got %q\nwant %q", given, got, want)
		}
	}
}

func TestMarkupThatComesBackIsEscaped(t *testing.T) {
	t.Parallel()
	given := strings.Repeat("<b", 50) + strings.Repeat(">", 50)
	if got := audit.StripMarkup(given); strings.Contains(got, "<b") {
		t.Errorf("got %q", got)
	}
}

func TestNormalizeIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("<>/bip \n\x00"))))
		e := audit.Entry{
			Time: noon, Action: text.Draw(t, "action"), Message: text.Draw(t, "message"), Actor: text.Draw(t, "actor"),
			Mode: audit.Mode(text.Draw(t, "mode")), Result: audit.ResultError, RemoteError: rapid.Bool().Draw(t, "remote"),
		}
		once := e.Normalize()
		for _, field := range []string{once.Action, once.Message, once.Actor, once.Original["mode"]} {
			if !utf8.ValidString(field) || strings.ContainsAny(field, "\x00\x1b") {
				t.Fatalf("bad text %q", field)
			}
		}
		again := once.Normalize()
		again.Original = once.Original // what the writer gave is known the first time only
		if diff := cmp.Diff(once, again); diff != "" && !strings.Contains(once.Message, "<") {
			t.Fatalf("(-once +twice)\n%s", diff)
		}
	})
}

func TestLongTextsAreCutNotRefused(t *testing.T) {
	t.Parallel()
	got := audit.Entry{Message: strings.Repeat("ü", 1<<16), Actor: strings.Repeat("ü", 1<<10)}.Normalize()
	if len(got.Message) > audit.MaxMessage || !strings.HasSuffix(got.Message, "ü […]") {
		t.Errorf("the message has %d bytes", len(got.Message))
	}
	if len(got.Actor) > 512 || !utf8.ValidString(got.Actor) {
		t.Errorf("the actor has %d bytes", len(got.Actor))
	}
}

func TestValidateBatch(t *testing.T) {
	t.Parallel()
	good := audit.Entry{ID: "0193f000-0000-7000-8000-000000000001", Time: noon}
	with := func(change func(e *audit.Entry)) audit.Entry { e := good; change(&e); return e }
	tests := map[string]struct {
		batch  []audit.Entry
		fields []string
	}{
		"good":        {[]audit.Entry{good, good}, nil},
		"full":        {make([]audit.Entry, 1001), nil},
		"empty":       {nil, []string{"logEntries"}},
		"no id":       {[]audit.Entry{good, with(func(e *audit.Entry) { e.ID = "" })}, []string{"logEntries[1].id"}},
		"no uuid":     {[]audit.Entry{with(func(e *audit.Entry) { e.ID = "x'; --" })}, []string{"logEntries[0].id"}},
		"no time":     {[]audit.Entry{with(func(e *audit.Entry) { e.Time = time.Time{} })}, []string{"logEntries[0].time"}},
		"slow clock":  {[]audit.Entry{with(func(e *audit.Entry) { e.Time = noon.AddDate(-5, 0, 0) })}, nil},
		"far future":  {[]audit.Entry{with(func(e *audit.Entry) { e.Time = noon.AddDate(2, 0, 0) })}, []string{"logEntries[0].time"}},
		"both absent": {[]audit.Entry{{}}, []string{"logEntries[0].id", "logEntries[0].time"}},
	}
	for name, test := range tests {
		err := audit.ValidateBatch(test.batch, noon)
		var fields []string
		if e, ok := apierr.As(err); ok {
			for _, field := range e.Fields {
				fields = append(fields, field.Name)
			}
		}
		if name == "full" {
			if len(fields) == 0 || fields[0] != "logEntries" {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if diff := cmp.Diff(test.fields, fields); diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func TestFilterAndPurgeValidate(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"query":      audit.Filter{Query: strings.Repeat("x", 201)}.Validate(),
		"time order": audit.Filter{Start: noon, End: noon}.Validate(),
		"run":        audit.Filter{RunID: strings.Repeat("x", 600)}.Validate(),
		"purge all":  audit.Purge{}.Validate(),
		"request id": audit.Purge{Before: noon, RequestID: strings.Repeat("x", 65)}.Validate(),
		"repository": audit.Purge{Before: noon, RepositoryID: strings.Repeat("x", 600)}.Validate(),
	} {
		if apierr.ReasonOf(err) != apierr.ReasonInvalidArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"filter": audit.Filter{Query: "x", Start: noon, End: noon.Add(1)}.Validate(),
		"purge":  audit.Purge{Before: noon, RequestID: "r"}.Validate(),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
