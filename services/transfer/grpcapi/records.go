package grpcapi

import (
	"context"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/rpc"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/s3xml"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// Records serves RecordService: the records of this site for administrators and internal services.
type Records struct {
	transferv1.UnsafeRecordServiceServer
	Store     Store
	Engine    Engine
	Directory Directory
	Now       func() time.Time
	NewID     func() string
	Ticks     func(d time.Duration) *time.Ticker
}

var _ transferv1.RecordServiceServer = (*Records)(nil)

// ListResources lists all resources that the store has records of.
func (s *Records) ListResources(ctx context.Context, req *transferv1.ListResourcesRequest) (*transferv1.ListResourcesResponse, error) {
	site, err := s.Directory.Site(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Resources(ctx)
	if err != nil {
		return nil, err
	}
	out := &transferv1.ListResourcesResponse{}
	for _, r := range all {
		if !strings.Contains(r.Name, req.GetQuery()) {
			continue
		}
		out.Resources = append(out.Resources, &transferv1.ResourceSummary{
			Name: r.Name, RecordCount: r.Records, DeletedCount: r.Deleted, LastChange: r.LastChange,
			LastChangeTime: timeToWire(r.ChangedAt), KeptOut: transfer.KeptOut(r.Name, site.Exposed),
		})
	}
	out.TotalSize = int32(len(out.Resources))
	return out, nil
}

// ListRecords lists the records of a resource by uid.
func (s *Records) ListRecords(ctx context.Context, req *transferv1.ListRecordsRequest) (*transferv1.ListRecordsResponse, error) {
	f := transfer.RecordFilter{
		Resource: req.GetResourceName(), Query: req.GetQuery(), WithDeleted: req.GetIncludeDeleted(), Origin: req.GetOriginRepositoryId(),
	}
	page, err := pageOf(req, f)
	if err != nil {
		return nil, err
	}
	records, next, err := s.Store.ListRecords(ctx, f, page)
	if err != nil {
		return nil, err
	}
	out := &transferv1.ListRecordsResponse{NextPageToken: tokenOf(f, next)}
	if out.Records, err = recordsToWire(records); err != nil {
		return nil, err
	}
	s.nameOrigins(ctx, out.GetRecords())
	if f.Query == "" && f.Origin == "" {
		n, err := s.Store.CountRecords(ctx, f.Resource, f.WithDeleted)
		if err != nil {
			return nil, err
		}
		total := int32(n)
		out.TotalSize = &total
	}
	return out, nil
}

// nameOrigins adds the names of the repositories that records came from, each asked for once.
func (s *Records) nameOrigins(ctx context.Context, records []*transferv1.Record) {
	names := names{directory: s.Directory}
	for _, r := range records {
		r.OriginRepositoryName = names.of(ctx, r.GetOriginRepositoryId())
	}
}

func recordsToWire(records []transfer.Record) ([]*transferv1.Record, error) {
	out := make([]*transferv1.Record, 0, len(records))
	for i := range records {
		w, err := recordToWire(&records[i])
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// GetRecord returns a record with its components, its history, and which of its references lead nowhere.
func (s *Records) GetRecord(ctx context.Context, req *transferv1.GetRecordRequest) (*transferv1.Record, error) {
	h, err := s.Store.GetRecord(ctx, transfer.Key{Resource: req.GetResourceName(), UID: req.GetUid()})
	if err != nil {
		return nil, err
	}
	out, err := s.treeToWire(ctx, &h.Tree)
	if err != nil {
		return nil, err
	}
	if err := s.tellStory(ctx, &h, out); err != nil {
		return nil, err
	}
	out.Exchanges, err = s.exchanges(ctx, &h.Tree)
	return out, err
}

func (s *Records) treeToWire(ctx context.Context, t *transfer.Tree) (*transferv1.Record, error) {
	out, err := recordToWire(&t.Record)
	if err != nil {
		return nil, err
	}
	if err := s.markMissing(ctx, out); err != nil {
		return nil, err
	}
	if err := s.attach(ctx, out); err != nil {
		return nil, err
	}
	for _, c := range t.Components {
		w, err := s.treeToWire(ctx, c)
		if err != nil {
			return nil, err
		}
		out.Components = append(out.Components, w)
	}
	return out, nil
}

// attach tells of each upload field where its file is, or why it is not here.
func (s *Records) attach(ctx context.Context, r *transferv1.Record) error {
	fields := map[string]*transferv1.RecordField{}
	for _, f := range r.GetFields() {
		if f.GetAttachment() != nil {
			fields[f.GetName()] = f
		}
	}
	if len(fields) == 0 {
		return nil
	}
	files, err := s.Store.Files(ctx, []transfer.Key{{Resource: r.GetResourceName(), UID: r.GetUid()}})
	if err != nil {
		return err
	}
	for _, file := range files {
		if f := fields[file.Field]; f != nil {
			f.Attachment = attachmentToWire(file)
		}
	}
	return nil
}

func attachmentToWire(f *transfer.StoredFile) *transferv1.Attachment {
	if f.State != transfer.FileStored {
		return &transferv1.Attachment{Message: f.Message}
	}
	return &transferv1.Attachment{Available: true, Path: "/default/download/" + f.Token, SizeBytes: f.Size, Sha256: f.SHA256}
}

// markMissing names the references whose targets are not at this site (yet).
func (s *Records) markMissing(ctx context.Context, r *transferv1.Record) error {
	var keys []transfer.Key
	for _, ref := range r.GetReferences() {
		for _, uid := range ref.GetUids() {
			keys = append(keys, transfer.Key{Resource: ref.GetResourceName(), UID: uid})
		}
	}
	if len(keys) == 0 {
		return nil
	}
	found, err := s.Store.Records(ctx, keys)
	if err != nil {
		return err
	}
	here := map[transfer.Key]bool{}
	for _, f := range found {
		here[f.Key] = true
	}
	for _, ref := range r.GetReferences() {
		for _, uid := range ref.GetUids() {
			if !here[transfer.Key{Resource: ref.GetResourceName(), UID: uid}] {
				ref.MissingUids = append(ref.MissingUids, uid)
			}
		}
	}
	return nil
}

// PutRecord creates or replaces a record as an edit of this site. Without uid a new one is made.
func (s *Records) PutRecord(ctx context.Context, req *transferv1.PutRecordRequest) (*transferv1.Record, error) {
	in := req.GetRecord()
	if err := s.checkResource(ctx, in.GetResourceName()); err != nil {
		return nil, err
	}
	edit := engine.Edit{
		Key:    transfer.Key{Resource: in.GetResourceName(), UID: in.GetUid()},
		Parent: transfer.Key{Resource: in.GetParentResourceName(), UID: in.GetParentUid()}, Alias: in.GetAlias(),
		Content: contentFromWire(in), Actor: rpc.CallerFrom(ctx).User,
	}
	if edit.Key.UID == "" {
		edit.Key.UID = "urn:uuid:" + s.NewID()
	}
	var err error
	if edit.IfSeq, err = seqOf(in.GetEtag()); err != nil {
		return nil, err
	}
	if err := s.keepUneditable(ctx, &edit, in); err != nil {
		return nil, err
	}
	stored, err := s.Engine.Apply(ctx, edit)
	if err != nil {
		return nil, err
	}
	return s.GetRecord(ctx, &transferv1.GetRecordRequest{ResourceName: stored.Resource, Uid: stored.UID})
}

// keepUneditable carries over what the contract cannot express: files, and elements that nobody understands.
func (s *Records) keepUneditable(ctx context.Context, edit *engine.Edit, in *transferv1.Record) error {
	old, err := s.Store.GetRecord(ctx, edit.Key)
	if apierr.KindOf(err) == apierr.KindNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	before, err := s3xml.ParseBody(old.Body)
	if err != nil {
		return err
	}
	edit.Content.Unknown = before.Unknown
	for i, f := range in.GetFields() {
		if f.GetKind() != transferv1.FieldKind_FIELD_KIND_FILE {
			continue
		}
		if file := before.Field(f.GetName()); file != nil {
			edit.Content.Fields[i] = *file
		}
	}
	return nil
}

func (s *Records) checkResource(ctx context.Context, resource string) error {
	site, err := s.Directory.Site(ctx)
	if err != nil {
		return err
	}
	if transfer.KeptOut(resource, site.Exposed) {
		return apierr.New(apierr.KindPermissionDenied, apierr.ReasonResourceProtected,
			"Records of %s hold accounts or settings and are not kept here. An administrator may list the resource in the settings.", resource)
	}
	return nil
}

func seqOf(etag string) (int64, error) {
	if etag == "" {
		return 0, nil
	}
	seq, err := strconv.ParseInt(strings.Trim(etag, `"`), 10, 64)
	if err != nil {
		return 0, apierr.Invalid(apierr.Field{Name: "etag", Message: "must be the etag of the record as it was read"})
	}
	return seq, nil
}

// DeleteRecord deletes a record as an edit of this site; the deletion travels.
func (s *Records) DeleteRecord(ctx context.Context, req *transferv1.DeleteRecordRequest) (*emptypb.Empty, error) {
	if err := s.checkResource(ctx, req.GetResourceName()); err != nil {
		return nil, err
	}
	seq, err := seqOf(req.GetEtag())
	if err != nil {
		return nil, err
	}
	_, err = s.Engine.Apply(ctx, engine.Edit{
		Key: transfer.Key{Resource: req.GetResourceName(), UID: req.GetUid()}, Delete: true, IfSeq: seq, Actor: rpc.CallerFrom(ctx).User,
	})
	return &emptypb.Empty{}, err
}

// How many changes are read at a time.
const (
	defaultChanges = 100
	maxChanges     = 1000
)

// ListChanges reads the change feed of a resource in commit order.
func (s *Records) ListChanges(ctx context.Context, req *transferv1.ListChangesRequest) (*transferv1.ListChangesResponse, error) {
	size := int(req.GetPageSize())
	if size <= 0 {
		size = defaultChanges
	}
	page, err := s.Store.Changes(ctx, req.GetResourceName(), req.GetAfter(), min(size, maxChanges))
	if err != nil {
		return nil, err
	}
	records, err := recordsToWire(page.Records)
	return &transferv1.ListChangesResponse{Records: records, LastChange: page.Last, More: page.More}, err
}

// changesEvery is how often the change feed looks for news.
const changesEvery = time.Second

// WatchChanges follows the change feed until the caller goes away or five minutes are over.
func (s *Records) WatchChanges(req *transferv1.WatchChangesRequest, stream transferv1.RecordService_WatchChangesServer) error {
	tick := s.Ticks(changesEvery)
	defer tick.Stop()
	after, started := req.GetAfter(), s.Now()
	for s.Now().Sub(started) < watchAtMost {
		page, err := s.Store.Changes(stream.Context(), req.GetResourceName(), after, maxChanges)
		if err != nil {
			return err
		}
		if len(page.Records) > 0 {
			records, err := recordsToWire(page.Records)
			if err != nil {
				return err
			}
			if err := stream.Send(&transferv1.WatchChangesResponse{Records: records, LastChange: page.Last}); err != nil {
				return err
			}
			after = page.Last
		}
		if page.More {
			continue
		}
		select {
		case <-stream.Context().Done():
			return stream.Context().Err()
		case <-tick.C:
		}
	}
	return nil
}
