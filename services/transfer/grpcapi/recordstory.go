package grpcapi

import (
	"context"

	"github.com/edensync/edensync/internal/apierr"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/policy"
)

// maxStory is how many conflicts of a record are looked at to explain its versions.
const maxStory = 100

// tellStory adds the past versions of a record, and why each version was stored.
func (s *Records) tellStory(ctx context.Context, h *transfer.History, out *transferv1.Record) error {
	conflicts, _, err := s.Store.ListItems(ctx, transfer.ItemFilter{
		Resource: h.Resource, UID: h.UID, Outcomes: []policy.Outcome{policy.Conflict},
	}, transfer.Page{Size: maxStory})
	if err != nil {
		return err
	}
	names := names{directory: s.Directory}
	out.OriginRepositoryName, out.Reason = names.of(ctx, h.Origin), h.ReasonOf(conflicts)
	for i := range h.Versions {
		v, err := versionToWire(&h.Versions[i])
		if err != nil {
			return err
		}
		v.OriginRepositoryName, v.Reason = names.of(ctx, v.GetOriginRepositoryId()), h.Versions[i].ReasonOf(conflicts)
		out.History = append(out.History, v)
	}
	return nil
}

// exchanges tell how the present version of a record stands with each repository. Without config they are not known;
// the record is answered all the same.
func (s *Records) exchanges(ctx context.Context, t *transfer.Tree) ([]*transferv1.RecordExchange, error) {
	if !t.Master {
		return nil, nil
	}
	tasks, err := s.Directory.Configured(ctx, t.Resource)
	if err != nil || len(tasks) == 0 {
		return nil, ifNotUnavailable(err)
	}
	site, err := s.Directory.Site(ctx)
	if err != nil {
		return nil, ifNotUnavailable(err)
	}
	standings, err := s.standings(ctx, t, tasks)
	if err != nil {
		return nil, err
	}
	out := make([]*transferv1.RecordExchange, len(standings))
	for i, standing := range standings {
		standing.KeptOut = transfer.KeptOut(t.Resource, site.Exposed)
		out[i] = exchangeToWire(standing, &t.Record)
	}
	return out, nil
}

// ifNotUnavailable is err unless config is away.
func ifNotUnavailable(err error) error {
	if apierr.KindOf(err) == apierr.KindUnavailable {
		return nil
	}
	return err
}

func (s *Records) standings(ctx context.Context, t *transfer.Tree, tasks []transfer.ConfiguredTask) ([]transfer.Standing, error) {
	ids := make([]string, len(tasks))
	for i, c := range tasks {
		ids[i] = c.RepositoryID
	}
	progress, err := s.Store.Progress(ctx, t.Key, ids)
	if err != nil {
		return nil, err
	}
	rejects, err := s.refused(ctx, t.Key)
	if err != nil {
		return nil, err
	}
	standings := make([]transfer.Standing, len(tasks))
	for i, c := range tasks {
		selected, err := engine.Selects(c.Task, t)
		if err != nil {
			selected = false // such a task exchanges nothing; its runs tell why
		}
		standings[i] = transfer.Standing{
			Configured: c, Cursor: progress.Cursors[c.RepositoryID], Selected: selected, Shown: engine.ShownIn(progress.Shown[c.RepositoryID], t),
			Resend: progress.Resend[c.RepositoryID], RejectID: rejects[c.RepositoryID],
		}
	}
	return standings, nil
}

// refused are the open rejects of a record by the repositories that refused it.
func (s *Records) refused(ctx context.Context, key transfer.Key) (map[string]string, error) {
	items, _, err := s.Store.ListItems(ctx, transfer.ItemFilter{
		Resource: key.Resource, UID: key.UID, Outcomes: []policy.Outcome{policy.Rejected}, Direction: transfer.Push,
		States: []transfer.ItemState{transfer.Open},
	}, transfer.Page{Size: maxActivities})
	rejects := make(map[string]string, len(items))
	for _, it := range items {
		rejects[it.RepositoryID] = it.ID
	}
	return rejects, err
}

func exchangeToWire(s transfer.Standing, r *transfer.Record) *transferv1.RecordExchange {
	state, obstacle := s.State(r)
	out := &transferv1.RecordExchange{
		RepositoryId: s.Configured.RepositoryID, RepositoryName: s.Configured.RepositoryName, RejectId: s.RejectID,
		State:    enum[transferv1.RecordExchangeState](transferv1.RecordExchangeState_value, "RECORD_EXCHANGE_STATE_", string(state)),
		Obstacle: enum[transferv1.RecordExchangeObstacle](transferv1.RecordExchangeObstacle_value, "RECORD_EXCHANGE_OBSTACLE_", string(obstacle)),
	}
	if r.Origin == s.Configured.RepositoryID {
		out.ReceiveTime = timeToWire(r.ArrivedOn)
	}
	return out
}
