package peertest_test

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/edensync/edensync/services/transfer/peertest"
)

const (
	active  = "urn:uuid:3704decf-83dc-4ff4-a942-e1c83f03749a" // the active side of the recordings
	passive = "urn:uuid:8a90dc87-c8be-48cc-9fda-3f21e4ec0c95" // the passive one, which the fake plays
)

// played are the recorded exchanges whose outcome does not depend on what was in the database before.
var played = []string{
	"01-register-ok", "03-register-wrong-password", "04-register-not-authenticated", "06-register-no-uuid",
	"08-register-get", "09-register-xml-extension", "12-pull-nothing", "14-pull-not-authenticated", "15-pull-wrong-password",
	"17-pull-unknown-resource", "18-pull-bad-resource-name", "21-pull-no-resource", "40-push-accepted-create", "45-push-invalid-records",
	"46-push-unresolvable-reference", "47-push-reference-to-invalid-record", "48-push-not-authenticated", "49-push-wrong-password",
	"51-push-unknown-repository", "52-push-no-repository", "53-push-unknown-resource", "54-push-resource-mismatch", "55-push-no-resource",
	"57-push-empty-body", "58-push-content-type-text-xml-500", "59-push-text-xml-with-content-disposition", "60-push-put",
	"62-push-other-root-element", "63-push-no-records", "71-unknown-function",
}

// recordings is where exchanges of real Edens lie; they are not part of this repository.
var recordings = cmp.Or(os.Getenv("EDENSYNC_WIRE"), "../../../../shared/wire")

// TestTheFakeAnswersAsRecorded sends recorded requests to the fake and compares status, type and JSON.
func TestTheFakeAnswersAsRecorded(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(recordings); err != nil {
		t.Logf("there are no recordings at %s: the fake was not compared with a real Eden", recordings)
		return
	}
	for _, name := range played {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eden := peertest.Start(t).SetUUID(passive).RequireUser("admin@example.com", "testing").
				Know("org_organisation", "org_office", "org_sector").Mandatory("org_organisation", "name").Mandatory("org_office", "name").
				Refuse("urn:uuid:0c0c0013-0000-4000-8000-000000000000", "year", "Enter an integer between 1850 and 2099").
				Refuse("urn:uuid:0c0c0021-0000-4000-8000-000000000000", "", "organisation_id: value(s) required")
			if !strings.Contains(name, "register") {
				eden.Registered(active, "127.0.0.1:8101")
			}
			if name == "60-push-put" {
				eden.Put(peertest.Record{Resource: "org_organisation", UID: "urn:uuid:0c0c0001-0000-4000-8000-000000000001"})
			}
			request, want := recorded(t, name)
			answer := httptest.NewRecorder()
			eden.ServeHTTP(answer, request)
			got := said{answer.Code, answer.Header().Get("Content-Type"), essence(answer.Body.Bytes())}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// said is what two answers to the same request must have in common.
type said struct {
	Status  int
	Type    string
	Essence any
}

func recorded(t *testing.T, name string) (*http.Request, said) {
	t.Helper()
	read := func(file string) *bufio.Reader {
		text, err := os.ReadFile(filepath.Join(recordings, name, file))
		if err != nil {
			t.Fatal(err)
		}
		return bufio.NewReader(bytes.NewReader(text))
	}
	request, err := http.ReadRequest(read("request.http"))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(read("response.http"), request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return request, said{response.StatusCode, response.Header.Get("Content-Type"), essence(body)}
}

var (
	changing = regexp.MustCompile(`ticket/eden/[^"]*"|>eden/[^<]*<|(?s:<!--.*-->)|Document is empty.*|domain="[^"]*" |url="[^"]*"|target="_blank"|\s`)
	lists    = []string{"created", "updated", "deleted"}
)

// essence is an answer without what differs from site to site: local ids, addresses, ticket numbers.
func essence(text []byte) any {
	var object map[string]any
	if json.Unmarshal(text, &object) != nil {
		return changing.ReplaceAllString(string(text), "")
	}
	for _, name := range lists {
		if ids, ok := object[name].([]any); ok {
			object[name] = len(ids)
		}
	}
	if message, ok := object["message"].(string); ok {
		object["message"] = changing.ReplaceAllString(message, "")
	}
	if tree, ok := object["tree"].(map[string]any); ok {
		object["tree"] = refusals(tree)
	}
	return object
}

// refusals are the uids in a tree with their errors; Eden lists records in no certain order.
func refusals(tree map[string]any) map[string]string {
	found := map[string]string{}
	for table, records := range tree {
		for _, r := range records.([]any) {
			record := r.(map[string]any)
			found[table+" "+record["@uuid"].(string)] = record["@error"].(string)
		}
	}
	return found
}

var at = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func get(t *testing.T, url string) string {
	t.Helper()
	return read(t, http.MethodGet, url, nil)
}

func post(t *testing.T, eden *peertest.Eden, elements string) string {
	t.Helper()
	url := eden.URL() + "/sync/sync.xml?resource=org_office&repository=r"
	return read(t, http.MethodPost, url, strings.NewReader("<s3xml>"+elements+"</s3xml>"))
}

// read is the body of an answer that must come.
func read(t *testing.T, method, url string, body io.Reader) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPullSelectsAsAnEden(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Put(
		peertest.Record{Resource: "org_office", UID: "a", ModifiedOn: at, Content: `<data field="name">North</data><reference field="o" resource="org_organisation" uuid="x"/>`},
		peertest.Record{Resource: "org_office", UID: "b", ModifiedOn: at.Add(time.Second), MCI: 2, Content: `<data field="name">South</data>`},
		peertest.Record{Resource: "org_office", UID: "c", ModifiedOn: at.Add(time.Hour), Deleted: true, ReplacedBy: "b"},
		peertest.Record{Resource: "org_organisation", UID: "x", ModifiedOn: at},
	)
	tests := map[string]struct{ query, holds, misses string }{
		"everything":        {"", `results="3"`, "nothing"},
		"dependency":        {"", `<resource name="org_organisation" uuid="x" mci="1"`, "nothing"},
		"from that time on": {"&msince=2026-11-20T09:00:01", `uuid="b" mci="3"`, `uuid="a"`},
		"loose time":        {"&msince=2026-11-20T09:00:01Z", `results="3"`, "nothing"},
		"nothing":           {"&msince=2027-01-01T00:00:00", `success="false" results="0"`, "<resource"},
		"merged":            {"&msince=2026-11-20T10:00:00", `uuid="c" deleted="True" replaced_by="b" modified_on="2026-11-20T10:00:00"/>`, "mci"},
		"filter":            {"&[~]~.name=North,West", `uuid="a"`, `uuid="b"`},
		"like":              {"&[~]~.name__like=s*h", `uuid="b"`, `uuid="a"`},
		"not":               {"&[~]~.name__ne=North", `uuid="b"`, `uuid="a"`},
		"no selector":       {"&[~]name=North", `results="3"`, "nothing"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := get(t, eden.URL()+"/sync/sync.xml?resource=org_office"+test.query)
			if !strings.Contains(text, test.holds) || strings.Contains(text, test.misses) {
				t.Errorf("got %s", text)
			}
		})
	}
}

func TestPushIsAlwaysTakenUnderNewer(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Registered("r", "r").Put(peertest.Record{
		Resource: "org_office", UID: "a", ModifiedOn: at, Content: `<data field="name">old</data><data field="code">7</data>`,
	})
	tests := []struct{ element, answer, content string }{
		{`<resource name="org_office" uuid="a" mci="3" modified_on="2026-11-20T08:59:59"><data field="name">older</data></resource>`, `"updated": [1]`, ">old<"},
		{`<resource name="org_office" uuid="a" mci="3" modified_on="2026-11-20T09:00:00"><data field="name">same</data></resource>`, `"updated": [1]`, ">same<"},
		{`<resource name="org_office" uuid="a" mci="3" modified_on="2026-11-21T09:00:00"><data field="name">new</data></resource>`, `"updated": [1]`, `<data field="name">new</data><data field="code">7</data>`},
		{`<resource name="org_office" uuid="a" deleted="True" modified_on="2026-11-22T09:00:00"/>`, `"deleted": [1]`, ""},
		{`<resource name="org_office" uuid="z" deleted="True" modified_on="2026-11-22T09:00:00"/>`, `"records": 1}`, ""},
	}
	for _, test := range tests {
		answer := post(t, eden, test.element)
		record, _ := eden.Record("org_office", "a")
		if !strings.Contains(answer, test.answer) || !strings.Contains(record.Content, test.content) {
			t.Errorf("%s\ngot %s\nand %+v", test.element, answer, record)
		}
	}
	if r, _ := eden.Record("org_office", "a"); !r.Deleted || r.MCI != 0 || r.ModifiedOn.Before(at.AddDate(0, 0, 1)) {
		t.Errorf("a deletion gets the time of the importer and no MCI: %+v", r)
	}
}

func TestPoisonTakesNothing(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Know("org_office").Registered("r", "r").Poison("bad")
	both := `<resource name="org_office" uuid="good"/><resource name="org_office" uuid="bad"/>`
	if answer := post(t, eden, both); !strings.Contains(answer, "Ticket issued") || len(eden.Records("org_office")) != 0 {
		t.Errorf("got %s", answer)
	}
	if answer := post(t, eden.Accept("bad"), both); !strings.Contains(answer, `"records": 2`) {
		t.Errorf("got %s", answer)
	}
}

func TestFaultsQueueUp(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Know("org_office").
		Once(peertest.Pull, peertest.Answer(200, "text/plain", "one")).
		Times(2, peertest.Any, peertest.Answer(200, "text/plain", "two")).
		Once(peertest.Push, peertest.Answer(200, "text/plain", "never"))
	url := eden.URL() + "/sync/sync.xml?resource=org_office"
	var got []string
	for range 4 {
		got = append(got, get(t, url)[:3])
	}
	if diff := gocmp.Diff([]string{"one", "two", "two", "<?x"}, got); diff != "" {
		t.Error(diff)
	}
	for _, r := range eden.Requests(peertest.Pull) {
		if r.Status != 200 {
			t.Errorf("got status %d", r.Status)
		}
	}
}

func TestBodiesAboveTheLimit(t *testing.T) {
	t.Parallel()
	eden := peertest.Start(t).Know("org_office").Registered("r", "r").MaxBody(100)
	if answer := post(t, eden, strings.Repeat(" ", 100)); !strings.Contains(answer, "413") {
		t.Errorf("got %s", answer)
	}
	if answer := post(t, eden, strings.Repeat(" ", 50)); !strings.Contains(answer, `"records": 0`) {
		t.Errorf("got %s", answer)
	}
}
