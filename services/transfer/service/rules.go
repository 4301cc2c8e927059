package service

import (
	"github.com/edensync/edensync/internal/rpc"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// Roles of people and programs.
const (
	administrator = "ADMINISTRATOR"
	operator      = "OPERATOR"
	viewer        = "VIEWER"
)

// Authorize says who may call what.
func (s *Service) Authorize() rpc.Rules {
	see := rpc.Rule{Roles: []string{administrator, operator, viewer}}
	run := rpc.Rule{Roles: []string{administrator, operator}}
	manage := rpc.Rule{Roles: []string{administrator}}
	start, watch := run, see
	start.Services, watch.Services = []string{"scheduler"}, []string{"scheduler"}
	return rpc.Rules{
		transferv1.RunService_StartRun_FullMethodName:     start,
		transferv1.RunService_GetRun_FullMethodName:       watch,
		transferv1.RunService_WatchRun_FullMethodName:     watch,
		transferv1.RunService_ListRuns_FullMethodName:     see,
		transferv1.RunService_ListRunItems_FullMethodName: see,
		transferv1.RunService_StopRun_FullMethodName:      start,

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
}
