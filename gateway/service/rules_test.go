package service_test

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/edensync/edensync/gateway/auth"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	schedulerv1 "github.com/edensync/edensync/proto/gen/edensync/scheduler/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// internal are the methods that REST does not have.
var internal = map[string]bool{
	configv1.SessionService_AuthenticateToken_FullMethodName:      true, // the gateway's own question
	configv1.SessionService_CreateFederatedSession_FullMethodName: true, // likewise, once a provider has vouched
	configv1.SessionService_ReportFailedSignIn_FullMethodName:     true, // likewise, when it has not
	configv1.ExchangeService_GetSite_FullMethodName:               true,
	configv1.ExchangeService_GetExchange_FullMethodName:           true,
	configv1.ExchangeService_GetExchangeByUuid_FullMethodName:     true,
	configv1.ExchangeService_ListResourceExchanges_FullMethodName: true,
	configv1.ExchangeService_AuthenticatePeer_FullMethodName:      true,
	configv1.ExchangeService_RegisterPeer_FullMethodName:          true,
	configv1.ExchangeService_ClaimRegistration_FullMethodName:     true,
	configv1.ExchangeService_ReportRegistration_FullMethodName:    true,
	configv1.ExchangeService_ReportContact_FullMethodName:         true,
	auditv1.WriteService_WriteLogEntries_FullMethodName:           true,

	// Parts of a repository that the gateway gathers.
	schedulerv1.JobService_ListRepositorySchedules_FullMethodName:      true,
	transferv1.ActivityService_ListRepositoryActivities_FullMethodName: true,
}

// files are those that hold services.
var files = []protoreflect.FileDescriptor{
	configv1.File_edensync_config_v1_settings_proto, configv1.File_edensync_config_v1_repository_proto,
	configv1.File_edensync_config_v1_task_proto, configv1.File_edensync_config_v1_user_proto,
	configv1.File_edensync_config_v1_token_proto, configv1.File_edensync_config_v1_session_proto,
	configv1.File_edensync_config_v1_exchange_proto,
	schedulerv1.File_edensync_scheduler_v1_job_proto,
	transferv1.File_edensync_transfer_v1_run_proto, transferv1.File_edensync_transfer_v1_record_proto,
	transferv1.File_edensync_transfer_v1_conflict_proto, transferv1.File_edensync_transfer_v1_reject_proto,
	transferv1.File_edensync_transfer_v1_peer_proto, transferv1.File_edensync_transfer_v1_activity_proto,
	auditv1.File_edensync_audit_v1_log_proto, auditv1.File_edensync_audit_v1_write_proto,
}

// mapped are the methods of http.yaml.
func mapped(t *testing.T) map[string]bool {
	t.Helper()
	file, err := os.Open("../http.yaml")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	found := map[string]bool{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if _, selector, ok := strings.Cut(lines.Text(), "- selector: "); ok {
			dot := strings.LastIndexByte(selector, '.')
			found["/"+selector[:dot]+"/"+selector[dot+1:]] = true
		}
	}
	return found
}

// TestEveryMethodHasItsPlace walks the contracts: a method is either mapped and has a rule, or internal.
func TestEveryMethodHasItsPlace(t *testing.T) {
	t.Parallel()
	rest := mapped(t)
	methods := 0
	for _, file := range files {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				methods++
				name := "/" + string(service.FullName()) + "/" + string(service.Methods().Get(j).Name())
				_, ruled := auth.Rules[name]
				switch {
				case rest[name] == internal[name]:
					t.Errorf("%s must be either in http.yaml or internal", name)
				case rest[name] != ruled:
					t.Errorf("%s: in http.yaml %v, with a rule %v", name, rest[name], ruled)
				}
			}
		}
	}
	if want := len(rest) + len(internal); methods != want || len(auth.Rules) != len(rest) {
		t.Errorf("%d methods, %d mapped, %d internal, %d rules: some name no method", methods, len(rest), len(internal), len(auth.Rules))
	}
}

// TestNoFileIsForgotten finds services in files that the walk above does not know.
func TestNoFileIsForgotten(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, file := range files {
		known[file.Path()] = true
	}
	for _, service := range []string{"config", "scheduler", "transfer", "audit"} {
		folder := "edensync/" + service + "/v1/"
		entries, err := os.ReadDir("../../proto/" + folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if !known[folder+entry.Name()] {
				t.Errorf("%s is not looked at", entry.Name())
			}
		}
	}
}

// TestOnlyAdministratorsSeeCredentials is the mirror of the table: what operators and viewers must not have.
func TestOnlyAdministratorsSeeCredentials(t *testing.T) {
	t.Parallel()
	for name, access := range auth.Rules {
		sensitive := strings.Contains(name, "UserService") || strings.Contains(name, "TokenService") ||
			strings.HasSuffix(name, "TestConnection") || strings.HasSuffix(name, "/UpdateSettings") ||
			strings.Contains(name, "RepositoryService/Create") || strings.Contains(name, "RepositoryService/Update") || strings.Contains(name, "RepositoryService/Delete")
		if sensitive && (access.Public || len(access.Roles) != 1 || access.Roles[0] != configv1.Role_ROLE_ADMINISTRATOR) {
			t.Errorf("%s is open to %v", name, access)
		}
		if access.Public && !strings.Contains(name, "SessionService") {
			t.Errorf("%s is public", name)
		}
		for _, role := range access.Roles {
			if role == configv1.Role_ROLE_PEER {
				t.Errorf("%s is open to peers", name)
			}
		}
	}
}

// repeatable are changes without a request id: they change nothing, or repeating them is harmless by nature.
var repeatable = map[string]bool{
	configv1.SessionService_Setup_FullMethodName:              true, // works once
	configv1.SessionService_CreateSession_FullMethodName:      true,
	configv1.SessionService_DeleteSession_FullMethodName:      true,
	configv1.SessionService_DeleteAllSessions_FullMethodName:  true,
	configv1.SessionService_ChangePassword_FullMethodName:     true, // the present password has changed
	configv1.SessionService_AcceptInvitation_FullMethodName:   true, // works once
	schedulerv1.JobService_PreviewJob_FullMethodName:          true,
	transferv1.PeerService_TestConnection_FullMethodName:      true,
	transferv1.PeerService_WatchTestConnection_FullMethodName: true,
}

// TestChangesMayBeRepeated demands of each mapped method that is no reading one that a client can send it again when
// the answer was lost.
func TestChangesMayBeRepeated(t *testing.T) {
	t.Parallel()
	for _, file := range files {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				method := service.Methods().Get(j)
				name := "/" + string(service.FullName()) + "/" + string(method.Name())
				verb := string(method.Name())
				reads := strings.HasPrefix(verb, "Get") || strings.HasPrefix(verb, "List") || strings.HasPrefix(verb, "Export") ||
					strings.HasPrefix(verb, "Watch") && !repeatable[name]
				if internal[name] || reads {
					continue
				}
				if has := method.Input().Fields().ByName("request_id") != nil; has == repeatable[name] {
					t.Errorf("%s: request_id %v", name, has)
				}
			}
		}
	}
}
