package service

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// settings answers with the proxy of the moment of the question, and the first time only after a later one was answered.
type settings struct {
	configv1.ExchangeServiceClient
	proxy string
	later func()
}

func (s *settings) GetSite(context.Context, *configv1.GetSiteRequest, ...grpc.CallOption) (*configv1.Site, error) {
	site := &configv1.Site{ProxyUrl: s.proxy, Settings: &configv1.Settings{RepositoryUuid: "urn:uuid:1"}}
	if later := s.later; later != nil {
		s.later = nil
		later()
	}
	return site, nil
}

// What was true when an earlier question was asked does not replace the answer to a later one.
func TestLateAnswersAreNotRemembered(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)
	config := &settings{proxy: "http://old"}
	d := &directory{config: config, now: func() time.Time { now = now.Add(time.Millisecond); return now }}
	config.later = func() {
		config.proxy = "http://new"
		if _, err := d.FreshSite(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if _, err := d.Site(t.Context()); err != nil {
		t.Fatal(err)
	}
	if site, err := d.Site(t.Context()); err != nil || site.Proxy != "http://new" {
		t.Errorf("%q, %v", site.Proxy, err)
	}
}
