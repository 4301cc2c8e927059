package serve

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/edensync/edensync/internal/rpc"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// Key is what the command line needs to talk to the site on its own machine.
type Key struct {
	Server string `json:"server"`
	Token  string `json:"token"`
}

// KeyFile is the name of the file in the data folder that holds a Key. Only its owner can read it.
const KeyFile = "cli.json"

// localName is the name of the token of the command line on the site's machine.
const localName = "command line on this machine"

// setupPoll is how often it is looked whether the site has got its first administrator.
const setupPoll = 2 * time.Second

// keepKey leaves a key for the command line in the data folder as soon as there is an administrator in whose name it
// can work.
func (s *Site) keepKey(ctx context.Context, url, data string) {
	tick := time.NewTicker(setupPoll)
	defer tick.Stop()
	for {
		key, err := s.LocalKey(ctx, url)
		if err == nil && key.Token != "" {
			err = writeKey(key, filepath.Join(data, KeyFile))
		}
		if ctx.Err() != nil || err == nil && key.Token != "" {
			return
		}
		if err != nil {
			s.logger.WarnContext(ctx, "the command line on this machine has no key yet", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// writeKey replaces the file as a whole, so that nobody reads half of it.
func writeKey(key Key, path string) error {
	text, err := json.MarshalIndent(key, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("write the key of the command line: %w", err)
	}
	return os.Rename(path+".new", path)
}

// LocalKey makes a token for the command line in the name of an administrator; those of earlier starts end. Without an
// administrator the key has no token.
func (s *Site) LocalKey(ctx context.Context, url string) (Key, error) {
	key := Key{Server: url}
	conn, err := s.dial("gateway", "config")
	if err != nil {
		return key, err
	}
	ctx = rpc.WithCaller(ctx, rpc.Caller{User: localName, Role: "ADMINISTRATOR", Service: "gateway"})
	users, err := configv1.NewUserServiceClient(conn).ListUsers(ctx, &configv1.ListUsersRequest{
		PageSize: 1, Roles: []configv1.Role{configv1.Role_ROLE_ADMINISTRATOR},
	})
	if err != nil || len(users.GetUsers()) == 0 {
		return key, err
	}
	ctx = rpc.WithCaller(ctx, rpc.Caller{User: users.GetUsers()[0].GetUsername(), Role: "ADMINISTRATOR", Service: "gateway"})
	tokens := configv1.NewTokenServiceClient(conn)
	if err := endOldKeys(ctx, tokens); err != nil {
		return key, err
	}
	answer, err := tokens.CreateToken(ctx, &configv1.CreateTokenRequest{
		Token: &configv1.Token{Name: localName, Role: configv1.Role_ROLE_ADMINISTRATOR},
	})
	if err != nil {
		return key, fmt.Errorf("make a token for the command line: %w", err)
	}
	key.Token = answer.GetSecret()
	return key, nil
}

func endOldKeys(ctx context.Context, tokens configv1.TokenServiceClient) error {
	list, err := tokens.ListTokens(ctx, &configv1.ListTokensRequest{PageSize: 500})
	if err != nil {
		return fmt.Errorf("look for tokens of the command line: %w", err)
	}
	for _, t := range list.GetTokens() {
		if t.GetName() == localName {
			if _, err := tokens.DeleteToken(ctx, &configv1.DeleteTokenRequest{Id: t.GetId()}); err != nil {
				return fmt.Errorf("end a token of the command line: %w", err)
			}
		}
	}
	return nil
}
