package service_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/rpc"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// Secrets that the fakes know.
const (
	password     = "correct horse"
	sessionToken = "session-of-amina"
	adminToken   = "token-admin"
)

// roles by bearer token.
var roles = map[string]configv1.Role{
	adminToken:       configv1.Role_ROLE_ADMINISTRATOR,
	"token-operator": configv1.Role_ROLE_OPERATOR,
	"token-viewer":   configv1.Role_ROLE_VIEWER,
	"token-peer":     configv1.Role_ROLE_PEER,
}

// fakes stand for all four services and remember what they were asked.
type fakes struct {
	configv1.UnimplementedSessionServiceServer
	configv1.UnimplementedSettingsServiceServer
	configv1.UnimplementedRepositoryServiceServer
	configv1.UnimplementedTaskServiceServer
	schedulerv1.UnimplementedJobServiceServer
	transferv1.UnimplementedRunServiceServer
	transferv1.UnimplementedActivityServiceServer
	transferv1.UnimplementedPeerServiceServer
	transferv1.UnimplementedRecordServiceServer
	auditv1.UnimplementedLogServiceServer

	mu       sync.Mutex
	request  proto.Message
	caller   rpc.Caller
	setUp    bool
	sessions map[string]bool
}

func (f *fakes) note(ctx context.Context, request proto.Message) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.request, f.caller = request, rpc.CallerFrom(ctx)
}

// last is the last request that was no question about sessions, and who made it.
func (f *fakes) last() (proto.Message, rpc.Caller) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.request, f.caller
}

var amina = &configv1.User{Id: "u1", Username: "Amina", Role: configv1.Role_ROLE_ADMINISTRATOR}

func (f *fakes) begin() *configv1.CreateSessionResponse {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sessions[sessionToken] = true
	ends := timestamppb.New(time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC))
	return &configv1.CreateSessionResponse{Token: sessionToken, Session: &configv1.Session{User: amina, ExpireTime: ends}}
}

func (f *fakes) GetSetup(context.Context, *configv1.GetSetupRequest) (*configv1.GetSetupResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return &configv1.GetSetupResponse{Required: !f.setUp}, nil
}

func (f *fakes) Setup(ctx context.Context, in *configv1.SetupRequest) (*configv1.CreateSessionResponse, error) {
	f.note(ctx, in)
	f.mu.Lock()
	f.setUp = true
	f.mu.Unlock()
	return f.begin(), nil
}

func (f *fakes) CreateSession(ctx context.Context, in *configv1.CreateSessionRequest) (*configv1.CreateSessionResponse, error) {
	f.note(ctx, in)
	if in.GetPassword() != password {
		return nil, apierr.New(apierr.KindUnauthenticated, apierr.ReasonCredentialsWrong, "Wrong.")
	}
	return f.begin(), nil
}

func (f *fakes) GetSignInMethods(context.Context, *configv1.GetSignInMethodsRequest) (*configv1.SignInMethods, error) {
	return &configv1.SignInMethods{Password: true}, nil
}

func (f *fakes) CreateFederatedSession(ctx context.Context, in *configv1.CreateFederatedSessionRequest) (*configv1.CreateSessionResponse, error) {
	f.note(ctx, in)
	if in.GetSubject() == "stranger" {
		return nil, apierr.New(apierr.KindUnauthenticated, apierr.ReasonAccountUnknown, "Unknown.")
	}
	return f.begin(), nil
}

func (f *fakes) ReportFailedSignIn(ctx context.Context, in *configv1.ReportFailedSignInRequest) (*emptypb.Empty, error) {
	f.note(ctx, in)
	return &emptypb.Empty{}, nil
}

func (f *fakes) ChangePassword(ctx context.Context, in *configv1.ChangePasswordRequest) (*configv1.CreateSessionResponse, error) {
	f.note(ctx, in)
	return f.begin(), nil
}

func (f *fakes) GetSession(_ context.Context, in *configv1.GetSessionRequest) (*configv1.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.sessions[in.GetToken()] {
		return nil, apierr.New(apierr.KindUnauthenticated, apierr.ReasonSessionExpired, "Over.")
	}
	return &configv1.Session{User: amina}, nil
}

func (f *fakes) DeleteSession(_ context.Context, in *configv1.DeleteSessionRequest) (*emptypb.Empty, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.sessions, in.GetToken())
	return &emptypb.Empty{}, nil
}

func (f *fakes) DeleteAllSessions(ctx context.Context, in *configv1.DeleteAllSessionsRequest) (*emptypb.Empty, error) {
	f.note(ctx, in)
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.sessions)
	return &emptypb.Empty{}, nil
}

func (f *fakes) AuthenticateToken(_ context.Context, in *configv1.AuthenticateTokenRequest) (*configv1.AuthenticateTokenResponse, error) {
	role, ok := roles[in.GetSecret()]
	if !ok {
		return nil, apierr.New(apierr.KindUnauthenticated, apierr.ReasonTokenInvalid, "Unknown.")
	}
	return &configv1.AuthenticateTokenResponse{Role: role, User: amina}, nil
}

func (f *fakes) AcceptInvitation(ctx context.Context, in *configv1.AcceptInvitationRequest) (*configv1.CreateSessionResponse, error) {
	f.note(ctx, in)
	if in.GetCode() != "edin_good" {
		return nil, apierr.New(apierr.KindPermissionDenied, apierr.ReasonInvitationInvalid, "Invalid.")
	}
	return f.begin(), nil
}

func (f *fakes) UpdateOwnUser(ctx context.Context, in *configv1.UpdateOwnUserRequest) (*configv1.User, error) {
	f.note(ctx, in)
	return in.GetUser(), nil
}

func (f *fakes) ListSessions(ctx context.Context, in *configv1.ListSessionsRequest) (*configv1.ListSessionsResponse, error) {
	f.note(ctx, in)
	return &configv1.ListSessionsResponse{Sessions: []*configv1.Session{{Id: "s1", Current: true}}, TotalSize: 1}, nil
}

func (f *fakes) RevokeSession(ctx context.Context, in *configv1.RevokeSessionRequest) (*emptypb.Empty, error) {
	f.note(ctx, in)
	return &emptypb.Empty{}, nil
}

func (f *fakes) GetStatus(context.Context, *configv1.GetStatusRequest) (*configv1.Status, error) {
	return &configv1.Status{SiteName: "Nairobi"}, nil
}

func (f *fakes) ListRepositories(ctx context.Context, in *configv1.ListRepositoriesRequest) (*configv1.ListRepositoriesResponse, error) {
	f.note(ctx, in)
	return &configv1.ListRepositoriesResponse{Repositories: []*configv1.Repository{{Id: "r1"}}}, nil
}

func (f *fakes) GetRepository(ctx context.Context, in *configv1.GetRepositoryRequest) (*configv1.Repository, error) {
	f.note(ctx, in)
	switch in.GetId() {
	case "r1":
		return &configv1.Repository{Id: "r1", Etag: "v7", Type: configv1.RepositoryType_REPOSITORY_TYPE_EDEN}, nil
	case "panic":
		panic("secret of the house")
	case "broken":
		return nil, errors.New("bones of the house")
	}
	return nil, apierr.NotFound("repository", in.GetId())
}

func (f *fakes) UpdateRepository(ctx context.Context, in *configv1.UpdateRepositoryRequest) (*configv1.Repository, error) {
	f.note(ctx, in)
	if in.GetRepository().GetEtag() == "old" {
		return nil, apierr.New(apierr.KindStale, apierr.ReasonStale, "Changed.")
	}
	return in.GetRepository(), nil
}

func (f *fakes) DeleteRepository(ctx context.Context, in *configv1.DeleteRepositoryRequest) (*emptypb.Empty, error) {
	f.note(ctx, in)
	return &emptypb.Empty{}, nil
}

func (f *fakes) CreateTask(ctx context.Context, in *configv1.CreateTaskRequest) (*configv1.Task, error) {
	f.note(ctx, in)
	if in.GetTask().GetResourceName() == "" {
		return nil, apierr.Invalid(apierr.Field{Name: "resourceName", Message: "is missing"})
	}
	return in.GetTask(), nil
}

func (f *fakes) ListRuns(ctx context.Context, in *transferv1.ListRunsRequest) (*transferv1.ListRunsResponse, error) {
	f.note(ctx, in)
	return &transferv1.ListRunsResponse{}, nil
}

func (f *fakes) StartRun(ctx context.Context, in *transferv1.StartRunRequest) (*transferv1.Run, error) {
	f.note(ctx, in)
	return &transferv1.Run{Id: "n1", RepositoryId: in.GetRepositoryId(), State: transferv1.RunState_RUN_STATE_QUEUED}, nil
}

func (f *fakes) WatchRun(in *transferv1.WatchRunRequest, stream grpc.ServerStreamingServer[transferv1.WatchRunResponse]) error {
	if in.GetId() == "missing" {
		return apierr.NotFound("run", in.GetId())
	}
	f.note(stream.Context(), in)
	first := &transferv1.Run{Id: in.GetId(), State: transferv1.RunState_RUN_STATE_RUNNING}
	if err := stream.Send(&transferv1.WatchRunResponse{Seq: 1, Event: &transferv1.WatchRunResponse_Snapshot{Snapshot: first}}); err != nil {
		return err
	}
	switch in.GetId() {
	case "endless":
		<-stream.Context().Done()
		return nil
	case "breaks":
		return apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable, "Gone.")
	}
	return stream.Send(&transferv1.WatchRunResponse{Seq: 2, Event: &transferv1.WatchRunResponse_Heartbeat{Heartbeat: &transferv1.Heartbeat{}}})
}

func (f *fakes) WatchTestConnection(in *transferv1.WatchTestConnectionRequest, stream grpc.ServerStreamingServer[transferv1.TestConnectionResponse]) error {
	f.note(stream.Context(), in)
	step := &transferv1.TestStep{Name: transferv1.TestStepName_TEST_STEP_NAME_PORT, State: transferv1.TestStepState_TEST_STEP_STATE_RUNNING}
	if err := stream.Send(&transferv1.TestConnectionResponse{Ok: true, Steps: []*transferv1.TestStep{step}}); err != nil {
		return err
	}
	if in.GetConnection().GetUrl() == "endless" {
		<-stream.Context().Done()
		return nil
	}
	return stream.Send(&transferv1.TestConnectionResponse{Ok: true, Done: true})
}

func (f *fakes) GetRecord(ctx context.Context, in *transferv1.GetRecordRequest) (*transferv1.Record, error) {
	f.note(ctx, in)
	return &transferv1.Record{Uid: in.GetUid()}, nil
}

func (f *fakes) ExportLogEntries(in *auditv1.ExportLogEntriesRequest, stream grpc.ServerStreamingServer[auditv1.ExportLogEntriesResponse]) error {
	f.note(stream.Context(), in)
	if in.GetQuery() == "refused" {
		return apierr.Invalid(apierr.Field{Name: "query", Message: "is wrong"})
	}
	for _, chunk := range []string{"time,message\n", "1,a\n", "2,b\n"} {
		if err := stream.Send(&auditv1.ExportLogEntriesResponse{Chunk: []byte(chunk)}); err != nil {
			return err
		}
	}
	if in.GetQuery() == "breaks" {
		return apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable, "Gone.")
	}
	return nil
}
