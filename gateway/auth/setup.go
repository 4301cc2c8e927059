package auth

import (
	"context"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// SetupRequired tells whether the site still waits for its first administrator.
func (g *Guard) SetupRequired(ctx context.Context) (bool, error) {
	answer, err := g.sessions.GetSetup(g.ownCall(ctx), &configv1.GetSetupRequest{})
	return answer.GetRequired(), err
}
