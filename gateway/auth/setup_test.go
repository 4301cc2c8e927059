package auth_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc"

	"github.com/edensync/edensync/gateway/auth"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// setup is a config that counts questions for the setup.
type setup struct {
	configv1.SessionServiceClient
	required bool
	err      error
	asked    int
}

func (s *setup) GetSetup(context.Context, *configv1.GetSetupRequest, ...grpc.CallOption) (*configv1.GetSetupResponse, error) {
	s.asked++
	return &configv1.GetSetupResponse{Required: s.required}, s.err
}

func TestSetupRequired(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	config := &setup{required: true}
	guard := auth.New(auth.Options{Sessions: config, Now: func() time.Time { return now }})
	ask := func(want bool, asked int) {
		t.Helper()
		if got, err := guard.SetupRequired(t.Context()); got != want || err != nil || config.asked != asked {
			t.Errorf("required %v, %v, after %d questions; want %v after %d", got, err, config.asked, want, asked)
		}
	}
	ask(true, 1)
	ask(true, 2)
	config.required = false
	ask(false, 3)
	ask(false, 3) // remembered
	config.required = true
	now = now.Add(time.Minute)
	ask(true, 4)
	config.err = errors.New("down")
	if _, err := guard.SetupRequired(t.Context()); err == nil {
		t.Error("an answer although config does not answer")
	}
}
