package security_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	gateway "github.com/edensync/edensync/gateway/service"
)

// wordedMetric finds the metrics that a page names.
var wordedMetric = regexp.MustCompile(`\bedensync_[a-z_]+\b`)

// TestMetrics compares what operations.md lists with what a site answers, in both directions.
func TestMetrics(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	s := newSite(t, "sqlite", gateway.Settings{})
	cookie := s.signIn("")
	repository := field(t, s.call(cookie, "POST", "/repositories", `{"name":"Nairobi","url":"http://127.0.0.1:1/eden","uuid":"urn:n"}`).body, "id")
	s.call(cookie, "POST", "/repositories/"+repository+"/tasks", `{"resourceName":"org_office","mode":"PULL"}`)
	s.finishRun(cookie, repository)
	scrape := s.do("GET", s.url+"/metrics", "").body
	listed := map[string]bool{}
	for _, name := range wordedMetric.FindAllString(string(page), -1) {
		listed[name] = true
		// Both need a repository that has answered.
		if name == "edensync_last_success_timestamp_seconds" || name == "edensync_clock_offset_seconds" {
			continue
		}
		if !strings.Contains(scrape, "\n# TYPE "+name+" ") {
			t.Errorf("operations.md names %s, which is not measured", name)
		}
	}
	for _, line := range regexp.MustCompile(`(?m)^# TYPE (edensync_\w+) `).FindAllStringSubmatch(scrape, -1) {
		if !listed[line[1]] {
			t.Errorf("%s is measured, and operations.md does not tell", line[1])
		}
	}
}
