package rpc

import (
	"context"
	"crypto/subtle"
	"slices"
	"strings"

	"github.com/edensync/edensync/internal/apierr"
)

// Rule says who may call one RPC: anybody with one of the roles, and any of the
// services for its own work.
type Rule struct {
	Roles    []string
	Services []string
}

// Rules maps full method names ("/edensync.audit.v1.LogEntryService/GetLogEntry")
// to who may call them. What is not listed is refused.
type Rules map[string]Rule

// Authorize is for ServerOptions. A caller without name is UNAUTHENTICATED, any
// other that does not fit PERMISSION_DENIED.
func (r Rules) Authorize(_ context.Context, fullMethod string, c Caller) error {
	rule := r[fullMethod]
	if c.Role != "" && slices.Contains(rule.Roles, c.Role) {
		return nil
	}
	if c.Service != "" && slices.Contains(rule.Services, c.Service) {
		return nil
	}
	if c.Role == "" && (c.Service == "" || c.Service == gateway) {
		return apierr.New(apierr.KindUnauthenticated, apierr.ReasonUnauthenticated,
			"It is not known who asks, so nothing was done; sign in or send a token.")
	}
	return denied(rule)
}

func denied(rule Rule) error {
	if len(rule.Roles) == 0 {
		return apierr.New(apierr.KindPermissionDenied, apierr.ReasonPermissionDenied,
			"This call is for the services of the site alone, so nothing was done.")
	}
	roles := strings.Join(rule.Roles, " or ")
	return apierr.New(apierr.KindPermissionDenied, apierr.ReasonPermissionDenied,
		"Your account may not do this, so nothing was done; ask an administrator for the role %s.", roles).With("roles", roles)
}

// checkKey compares the key that services of one installation share.
func checkKey(ctx context.Context, want string) error {
	if want == "" || subtle.ConstantTimeCompare([]byte(incomingValue(ctx, clusterKey)), []byte(want)) == 1 {
		return nil
	}
	return apierr.New(apierr.KindUnauthenticated, apierr.ReasonUnauthenticated,
		"The call does not carry the cluster key of this installation, so nothing was done; start all processes with the same key.")
}
