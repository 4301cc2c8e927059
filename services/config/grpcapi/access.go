package grpcapi

import (
	"strings"
	"unicode"

	"github.com/edensync/edensync/internal/rpc"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

var (
	administrators = rpc.Rule{Roles: []string{"ADMINISTRATOR"}}
	operators      = rpc.Rule{Roles: []string{"ADMINISTRATOR", "OPERATOR"}}
	viewers        = rpc.Rule{Roles: []string{"ADMINISTRATOR", "OPERATOR", "VIEWER"}}
	// The scheduler asks whose jobs it has, audit how long entries are kept.
	andScheduler = rpc.Rule{Roles: viewers.Roles, Services: []string{"scheduler"}}
	andAudit     = rpc.Rule{Roles: viewers.Roles, Services: []string{"audit"}}
	// gateway turns passwords and cookies into identities; nobody else sees them.
	gateway = rpc.Rule{Services: []string{"gateway"}}
	// transfer gets credentials in clear.
	transfer = rpc.Rule{Services: []string{"transfer"}}
)

// Rules says who may call what: everybody who works with the site reads,
// operators pause and resume, administrators decide about the rest.
var Rules = rpc.Rules{
	configv1.SettingsService_GetSettings_FullMethodName:    andAudit,
	configv1.SettingsService_GetStatus_FullMethodName:      viewers,
	configv1.SettingsService_UpdateSettings_FullMethodName: administrators,

	configv1.RepositoryService_ListRepositories_FullMethodName: viewers,
	configv1.RepositoryService_GetRepository_FullMethodName:    andScheduler,
	configv1.RepositoryService_CreateRepository_FullMethodName: administrators,
	configv1.RepositoryService_UpdateRepository_FullMethodName: administrators,
	configv1.RepositoryService_DeleteRepository_FullMethodName: administrators,
	configv1.RepositoryService_PauseRepository_FullMethodName:  operators,
	configv1.RepositoryService_ResumeRepository_FullMethodName: operators,

	configv1.TaskService_ListTasks_FullMethodName:  viewers,
	configv1.TaskService_GetTask_FullMethodName:    viewers,
	configv1.TaskService_CreateTask_FullMethodName: administrators,
	configv1.TaskService_UpdateTask_FullMethodName: administrators,
	configv1.TaskService_DeleteTask_FullMethodName: administrators,

	configv1.UserService_ListUsers_FullMethodName:        administrators,
	configv1.UserService_GetUser_FullMethodName:          administrators,
	configv1.UserService_CreateUser_FullMethodName:       administrators,
	configv1.UserService_UpdateUser_FullMethodName:       administrators,
	configv1.UserService_DeleteUser_FullMethodName:       administrators,
	configv1.UserService_InviteUser_FullMethodName:       administrators,
	configv1.UserService_GeneratePassword_FullMethodName: administrators,

	configv1.TokenService_ListTokens_FullMethodName:  administrators,
	configv1.TokenService_CreateToken_FullMethodName: administrators,
	configv1.TokenService_DeleteToken_FullMethodName: administrators,

	configv1.SessionService_GetSetup_FullMethodName:               gateway,
	configv1.SessionService_Setup_FullMethodName:                  gateway,
	configv1.SessionService_CreateSession_FullMethodName:          gateway,
	configv1.SessionService_GetSession_FullMethodName:             gateway,
	configv1.SessionService_GetSignInMethods_FullMethodName:       gateway,
	configv1.SessionService_CreateFederatedSession_FullMethodName: gateway,
	configv1.SessionService_ReportFailedSignIn_FullMethodName:     gateway,
	configv1.SessionService_DeleteSession_FullMethodName:          gateway,
	configv1.SessionService_DeleteAllSessions_FullMethodName:      gateway,
	configv1.SessionService_ChangePassword_FullMethodName:         gateway,
	configv1.SessionService_AcceptInvitation_FullMethodName:       gateway,
	configv1.SessionService_UpdateOwnUser_FullMethodName:          gateway,
	configv1.SessionService_ListSessions_FullMethodName:           gateway,
	configv1.SessionService_RevokeSession_FullMethodName:          gateway,
	configv1.SessionService_AuthenticateToken_FullMethodName:      gateway,

	configv1.ExchangeService_GetSite_FullMethodName:               transfer,
	configv1.ExchangeService_GetExchange_FullMethodName:           transfer,
	configv1.ExchangeService_GetExchangeByUuid_FullMethodName:     transfer,
	configv1.ExchangeService_ListResourceExchanges_FullMethodName: transfer,
	configv1.ExchangeService_AuthenticatePeer_FullMethodName:      transfer,
	configv1.ExchangeService_RegisterPeer_FullMethodName:          transfer,
	configv1.ExchangeService_ClaimRegistration_FullMethodName:     transfer,
	configv1.ExchangeService_ReportRegistration_FullMethodName:    transfer,
	configv1.ExchangeService_ReportContact_FullMethodName:         transfer,
}

// WriteAction is what the audit log calls a method that changes the
// configuration on somebody's behalf, such as "create repository"; empty for
// methods that only read and for those between services.
func WriteAction(fullMethod string) string {
	rule := Rules[fullMethod]
	name := fullMethod[strings.LastIndexByte(fullMethod, '/')+1:]
	if len(rule.Roles) == 0 || strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "List") {
		return ""
	}
	var action strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			action.WriteByte(' ')
		}
		action.WriteRune(unicode.ToLower(r))
	}
	return action.String()
}
