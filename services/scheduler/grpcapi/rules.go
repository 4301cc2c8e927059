package grpcapi

import (
	"github.com/edensync/edensync/internal/rpc"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
)

// Rules says who may call what: everybody who works with the site sees jobs, operators reactivate them, administrators
// decide about them.
var Rules = rpc.Rules{
	schedulerv1.JobService_ListJobs_FullMethodName:                viewers,
	schedulerv1.JobService_GetJob_FullMethodName:                  viewers,
	schedulerv1.JobService_PreviewJob_FullMethodName:              viewers,
	schedulerv1.JobService_ResetJob_FullMethodName:                operators,
	schedulerv1.JobService_ListRepositorySchedules_FullMethodName: viewers,
	schedulerv1.JobService_CreateJob_FullMethodName:               administrators,
	schedulerv1.JobService_UpdateJob_FullMethodName:               administrators,
	schedulerv1.JobService_DeleteJob_FullMethodName:               administrators,
}

var (
	administrators = rpc.Rule{Roles: []string{"ADMINISTRATOR"}}
	operators      = rpc.Rule{Roles: []string{"ADMINISTRATOR", "OPERATOR"}}
	viewers        = rpc.Rule{Roles: []string{"ADMINISTRATOR", "OPERATOR", "VIEWER"}}
)
