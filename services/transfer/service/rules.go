package service

import (
	"context"

	"github.com/edensync/edensync/internal/rpc"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// Roles of people and programs.
const (
	administrator = "ADMINISTRATOR"
	operator      = "OPERATOR"
	viewer        = "VIEWER"
)

// Authorize refuses calls that the caller may not make.
func (s *Service) Authorize(ctx context.Context, fullMethod string, c rpc.Caller) error {
	return rules.Authorize(ctx, fullMethod, c)
}

var (
	see    = rpc.Rule{Roles: []string{administrator, operator, viewer}}
	run    = rpc.Rule{Roles: []string{administrator, operator}}
	manage = rpc.Rule{Roles: []string{administrator}}
	// The scheduler starts runs, and looks how they fare.
	start = rpc.Rule{Roles: run.Roles, Services: []string{"scheduler"}}
	look  = rpc.Rule{Roles: see.Roles, Services: []string{"scheduler"}}
)

// rules say who may call what.
var rules = rpc.Rules{
	transferv1.RunService_StartRun_FullMethodName:     start,
	transferv1.RunService_GetRun_FullMethodName:       look,
	transferv1.RunService_WatchRun_FullMethodName:     see,
	transferv1.RunService_ListRuns_FullMethodName:     see,
	transferv1.RunService_ListRunItems_FullMethodName: see,
	transferv1.RunService_StopRun_FullMethodName:      run,

	transferv1.ConflictService_ListConflicts_FullMethodName:        see,
	transferv1.ConflictService_GetConflict_FullMethodName:          see,
	transferv1.ConflictService_DecideConflict_FullMethodName:       run,
	transferv1.ConflictService_BatchDecideConflicts_FullMethodName: run,
	transferv1.ConflictService_UndoConflict_FullMethodName:         run,

	transferv1.RejectService_ListRejects_FullMethodName:   see,
	transferv1.RejectService_GetReject_FullMethodName:     see,
	transferv1.RejectService_RetryReject_FullMethodName:   run,
	transferv1.RejectService_DismissReject_FullMethodName: run,

	transferv1.RecordService_ListResources_FullMethodName: see,
	transferv1.RecordService_ListRecords_FullMethodName:   see,
	transferv1.RecordService_GetRecord_FullMethodName:     see,
	transferv1.RecordService_ListChanges_FullMethodName:   see,
	transferv1.RecordService_WatchChanges_FullMethodName:  see,
	transferv1.RecordService_PutRecord_FullMethodName:     manage,
	transferv1.RecordService_DeleteRecord_FullMethodName:  manage,

	transferv1.PeerService_RegisterRepository_FullMethodName:  manage,
	transferv1.PeerService_TestConnection_FullMethodName:      manage,
	transferv1.PeerService_WatchTestConnection_FullMethodName: manage,

	transferv1.ActivityService_GetSiteActivity_FullMethodName:          see,
	transferv1.ActivityService_ListRepositoryActivities_FullMethodName: see,
}
