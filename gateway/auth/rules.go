package auth

import (
	"slices"
	"strings"

	"github.com/edensync/edensync/internal/apierr"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// Access says who may make a call.
type Access struct {
	// Public calls need nobody to be signed in.
	Public bool
	// Roles that may make the call.
	Roles []configv1.Role
}

var (
	everybody = Access{Public: true}
	viewers   = Access{Roles: []configv1.Role{
		configv1.Role_ROLE_VIEWER, configv1.Role_ROLE_OPERATOR, configv1.Role_ROLE_ADMINISTRATOR,
	}}
	operators = Access{Roles: []configv1.Role{configv1.Role_ROLE_OPERATOR, configv1.Role_ROLE_ADMINISTRATOR}}
	admins    = Access{Roles: []configv1.Role{configv1.Role_ROLE_ADMINISTRATOR}}
)

// Rules tells for each method that http.yaml maps who may call it. Viewers read; operators also run, stop,
// decide and retry; everything else, above all credentials, policies and accounts, is for administrators.
var Rules = map[string]Access{
	configv1.SessionService_GetSetup_FullMethodName:          everybody,
	configv1.SessionService_Setup_FullMethodName:             everybody,
	configv1.SessionService_GetSignInMethods_FullMethodName:  everybody,
	configv1.SessionService_CreateSession_FullMethodName:     everybody,
	configv1.SessionService_GetSession_FullMethodName:        viewers,
	configv1.SessionService_DeleteSession_FullMethodName:     everybody,
	configv1.SessionService_DeleteAllSessions_FullMethodName: viewers,
	configv1.SessionService_ChangePassword_FullMethodName:    viewers,
	configv1.SessionService_AcceptInvitation_FullMethodName:  everybody,
	configv1.SessionService_UpdateOwnUser_FullMethodName:     viewers,
	configv1.SessionService_ListSessions_FullMethodName:      viewers,
	configv1.SessionService_RevokeSession_FullMethodName:     viewers,

	configv1.SettingsService_GetStatus_FullMethodName:      viewers,
	configv1.SettingsService_GetSettings_FullMethodName:    viewers,
	configv1.SettingsService_UpdateSettings_FullMethodName: admins,

	configv1.RepositoryService_ListRepositories_FullMethodName: viewers,
	configv1.RepositoryService_GetRepository_FullMethodName:    viewers,
	configv1.RepositoryService_CreateRepository_FullMethodName: admins,
	configv1.RepositoryService_UpdateRepository_FullMethodName: admins,
	configv1.RepositoryService_DeleteRepository_FullMethodName: admins,
	configv1.RepositoryService_PauseRepository_FullMethodName:  operators,
	configv1.RepositoryService_ResumeRepository_FullMethodName: operators,

	configv1.TaskService_ListTasks_FullMethodName:  viewers,
	configv1.TaskService_GetTask_FullMethodName:    viewers,
	configv1.TaskService_CreateTask_FullMethodName: admins,
	configv1.TaskService_UpdateTask_FullMethodName: admins,
	configv1.TaskService_DeleteTask_FullMethodName: admins,

	configv1.UserService_ListUsers_FullMethodName:        admins,
	configv1.UserService_GetUser_FullMethodName:          admins,
	configv1.UserService_CreateUser_FullMethodName:       admins,
	configv1.UserService_UpdateUser_FullMethodName:       admins,
	configv1.UserService_DeleteUser_FullMethodName:       admins,
	configv1.UserService_InviteUser_FullMethodName:       admins,
	configv1.UserService_GeneratePassword_FullMethodName: admins,
	configv1.TokenService_ListTokens_FullMethodName:      admins,
	configv1.TokenService_CreateToken_FullMethodName:     admins,
	configv1.TokenService_DeleteToken_FullMethodName:     admins,

	schedulerv1.JobService_ListJobs_FullMethodName:   viewers,
	schedulerv1.JobService_GetJob_FullMethodName:     viewers,
	schedulerv1.JobService_PreviewJob_FullMethodName: viewers,
	schedulerv1.JobService_CreateJob_FullMethodName:  admins,
	schedulerv1.JobService_UpdateJob_FullMethodName:  admins,
	schedulerv1.JobService_DeleteJob_FullMethodName:  admins,
	schedulerv1.JobService_ResetJob_FullMethodName:   operators,

	transferv1.ActivityService_GetSiteActivity_FullMethodName: viewers,

	transferv1.RunService_StartRun_FullMethodName:     operators,
	transferv1.RunService_ListRuns_FullMethodName:     viewers,
	transferv1.RunService_GetRun_FullMethodName:       viewers,
	transferv1.RunService_WatchRun_FullMethodName:     viewers,
	transferv1.RunService_StopRun_FullMethodName:      operators,
	transferv1.RunService_ListRunItems_FullMethodName: viewers,

	transferv1.ConflictService_ListConflicts_FullMethodName:        viewers,
	transferv1.ConflictService_GetConflict_FullMethodName:          viewers,
	transferv1.ConflictService_DecideConflict_FullMethodName:       operators,
	transferv1.ConflictService_BatchDecideConflicts_FullMethodName: operators,
	transferv1.ConflictService_UndoConflict_FullMethodName:         operators,

	transferv1.RejectService_ListRejects_FullMethodName:   viewers,
	transferv1.RejectService_GetReject_FullMethodName:     viewers,
	transferv1.RejectService_RetryReject_FullMethodName:   operators,
	transferv1.RejectService_DismissReject_FullMethodName: operators,

	transferv1.RecordService_ListResources_FullMethodName: viewers,
	transferv1.RecordService_ListRecords_FullMethodName:   viewers,
	transferv1.RecordService_GetRecord_FullMethodName:     viewers,
	transferv1.RecordService_ListChanges_FullMethodName:   viewers,
	transferv1.RecordService_WatchChanges_FullMethodName:  viewers,
	transferv1.RecordService_PutRecord_FullMethodName:     admins,
	transferv1.RecordService_DeleteRecord_FullMethodName:  admins,

	// All use stored credentials; a test may name any address.
	transferv1.PeerService_RegisterRepository_FullMethodName:  admins,
	transferv1.PeerService_TestConnection_FullMethodName:      admins,
	transferv1.PeerService_WatchTestConnection_FullMethodName: admins,

	auditv1.LogService_ListLogEntries_FullMethodName:   viewers,
	auditv1.LogService_GetLogEntry_FullMethodName:      viewers,
	auditv1.LogService_WatchLogEntries_FullMethodName:  viewers,
	auditv1.LogService_ExportLogEntries_FullMethodName: viewers,
	auditv1.LogService_PurgeLogEntries_FullMethodName:  admins,
}

// Check tells whether who may call method. Nobody signed in is UNAUTHENTICATED, the wrong role
// PERMISSION_DENIED; a method without a rule is refused to everybody.
func Check(method string, who Identity) error {
	rule := Rules[method]
	switch {
	case rule.Public, slices.Contains(rule.Roles, who.Role):
		return nil
	case who.Role == configv1.Role_ROLE_UNSPECIFIED:
		return apierr.New(apierr.KindUnauthenticated, apierr.ReasonUnauthenticated,
			"Nobody is signed in, so nothing was done; sign in or send a token.")
	}
	names := make([]string, 0, len(rule.Roles))
	for _, role := range rule.Roles {
		names = append(names, RoleName(role))
	}
	return apierr.New(apierr.KindPermissionDenied, apierr.ReasonPermissionDenied,
		"Your role %s may not do this, so nothing was done; ask an administrator.", RoleName(who.Role)).
		With("roles", strings.Join(names, " "))
}
