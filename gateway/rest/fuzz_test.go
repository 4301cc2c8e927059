package rest_test

import (
	"net/url"
	"testing"

	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"
	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/gateway/rest"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// FuzzQuery reads filters of lists: what is taken can be sent on, and errors stay short.
func FuzzQuery(f *testing.F) {
	for _, seed := range []string{
		"states=ACTIVE&states=PASSIVE&pageSize=5", "modes=PULL&startTime=2026-01-02T03:04:05Z", "pageSize=99999999999", "a.b.c=1", "orderBy=name%20desc&query=%ff", "filter[x]=1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		for _, request := range []proto.Message{
			&configv1.ListRepositoriesRequest{}, &auditv1.ListLogEntriesRequest{}, &transferv1.ListRunsRequest{}, &transferv1.ListRecordsRequest{},
			&transferv1.ListConflictsRequest{}, &configv1.UpdateSettingsRequest{},
		} {
			if err := (rest.Query{}).Parse(request, values, utilities.NewDoubleArray(nil)); err != nil {
				continue
			}
			if _, err := proto.Marshal(request); err != nil {
				t.Fatalf("%q gives a request that cannot be sent: %v", query, err)
			}
		}
	})
}
