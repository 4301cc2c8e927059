package service

import (
	"context"
	"log/slog"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// Times of the registrar.
const (
	registerEvery = time.Second
	registerLease = 2 * time.Minute
)

// registrar registers this site at repositories that were saved: config notes the wish, this loop fulfils it with
// exactly one request.
type registrar struct {
	config  configv1.ExchangeServiceClient
	remotes *remotes
	logger  *slog.Logger
}

// Run works until ctx ends.
func (r *registrar) Run(ctx context.Context) error {
	tick := time.NewTicker(registerEvery)
	defer tick.Stop()
	for {
		for r.one(ctx) {
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// one fulfils one wish; false = nothing to do, or config is away.
func (r *registrar) one(ctx context.Context) bool {
	claim, err := r.config.ClaimRegistration(ctx, &configv1.ClaimRegistrationRequest{Lease: durationpb.New(registerLease)})
	if err != nil {
		if ctx.Err() == nil && apierr.KindOf(err) != apierr.KindUnavailable {
			r.logger.WarnContext(ctx, "could not ask for registrations", "error", err)
		}
		return false
	}
	if claim.GetRepositoryId() == "" {
		return false
	}
	if err := r.register(ctx, claim); err != nil {
		r.logger.WarnContext(ctx, "could not register at a repository", "repositoryId", claim.GetRepositoryId(), "error", err)
	}
	return ctx.Err() == nil
}

func (r *registrar) register(ctx context.Context, claim *configv1.ClaimRegistrationResponse) error {
	repo, err := r.remotes.directory.Repository(ctx, claim.GetRepositoryId())
	if err != nil {
		return err
	}
	done, err := r.remotes.register(ctx, repo)
	if err != nil {
		return err
	}
	return r.remotes.directory.reportRegistration(ctx, repo.ID, claim.GetGeneration(), done)
}
