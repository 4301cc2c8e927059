package grpcapi

import (
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
	"github.com/edensync/edensync/services/config"
)

// word is the name of an enum value without its prefix; empty if unspecified.
// A number without a name stays a number, which the domain refuses.
func word[T ~string](value interface{ String() string }, prefix string) T {
	name := strings.TrimPrefix(value.String(), prefix)
	if name == "UNSPECIFIED" {
		return ""
	}
	return T(name)
}

func words[T ~string, E interface{ String() string }](values []E, prefix string) []T {
	out := make([]T, len(values))
	for i, v := range values {
		out[i] = word[T](v, prefix)
	}
	return out
}

// wireTime is absent for the zero time.
func wireTime(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

// instant is the zero time if absent.
func instant(field string, t *timestamppb.Timestamp) (time.Time, error) {
	if t == nil {
		return time.Time{}, nil
	}
	if err := t.CheckValid(); err != nil {
		return time.Time{}, apierr.Invalid(apierr.Field{Name: field, Message: "is no valid time"})
	}
	return t.AsTime().Truncate(time.Microsecond), nil
}

// period is 0 if absent. What a database of microseconds cannot keep is cut off.
func period(field string, d *durationpb.Duration) (time.Duration, error) {
	if d == nil {
		return 0, nil
	}
	if err := d.CheckValid(); err != nil {
		return 0, apierr.Invalid(apierr.Field{Name: field, Message: "is no valid duration"})
	}
	return d.AsDuration().Truncate(time.Microsecond), nil
}

func wireSettings(s config.Settings) *configv1.Settings {
	return &configv1.Settings{
		RepositoryUuid: s.RepositoryUUID, SiteName: s.SiteName, PublicUrl: s.PublicURL, ProxyUrl: s.Proxy.String(),
		LogRetention:           durationpb.New(s.LogRetention),
		RecordHistoryRetention: durationpb.New(s.RecordHistoryRetention),
		FullPullInterval:       durationpb.New(s.FullPullInterval),
		PullOverlap:            durationpb.New(s.PullOverlap), MaxClockOffset: durationpb.New(s.MaxClockOffset),
		MaxConcurrentRuns: int32(s.MaxConcurrentRuns), AnonymousRepositoryPulls: s.AnonymousPulls,
		ExposedResources: s.ExposedResources, MaxAttachmentBytes: s.MaxAttachmentBytes,
		CreateTime: wireTime(s.CreateTime), UpdateTime: wireTime(s.UpdateTime), Etag: s.Etag(),
	}
}

func wireRepository(r config.Repository) *configv1.Repository {
	out := &configv1.Repository{
		Id: r.ID, Name: r.Name, Url: r.URL, Username: r.Username, HasPassword: r.Password != "", ProxyUrl: r.Proxy.String(),
		CaCertificates: r.CACertificates, AcceptPushes: &r.AcceptPushes, Uuid: r.UUID,
		Type:   configv1.RepositoryType(configv1.RepositoryType_value["REPOSITORY_TYPE_"+string(r.Type)]),
		Paused: r.Paused, LastConnectTime: wireTime(r.LastConnectTime),
		Registration: &configv1.Registration{
			State:   configv1.RegistrationState(configv1.RegistrationState_value["REGISTRATION_STATE_"+string(r.Registration.State)]),
			Message: r.Registration.Message, Time: wireTime(r.Registration.Time),
		},
		State:     configv1.RepositoryState(configv1.RepositoryState_value["REPOSITORY_STATE_"+string(r.State())]),
		TaskCount: int32(r.TaskCount), CreateTime: wireTime(r.CreateTime), UpdateTime: wireTime(r.UpdateTime), Etag: r.Etag(),
	}
	if r.ClockMeasured {
		out.ClockOffset = durationpb.New(r.ClockOffset)
	}
	out.Health = wireHealth(r.Health)
	out.Condition = configv1.RepositoryCondition(configv1.RepositoryCondition_value["REPOSITORY_CONDITION_"+string(r.Condition())])
	out.Attention = r.Attention()
	return out
}

func wireHealth(h config.Health) *configv1.RepositoryHealth {
	if h.State == "" {
		return nil
	}
	return &configv1.RepositoryHealth{
		State: transferv1.RunState(transferv1.RunState_value["RUN_STATE_"+string(h.State)]), RunId: h.RunID, Reason: h.Reason, Message: h.Message,
		RemoteError: h.RemoteError, Time: wireTime(h.EndTime), FailingSince: wireTime(h.FailingSince), FailedRuns: int32(h.FailedRuns),
		LastSuccessTime: wireTime(h.LastSuccessTime),
	}
}

func wireCounts(c config.ConditionCounts) *configv1.ConditionCounts {
	return &configv1.ConditionCounts{
		All: int32(c.All), Attention: int32(c.Attention), Paused: int32(c.Paused), NeverSynchronized: int32(c.NeverSynchronized),
	}
}

func wireTask(t config.Task) *configv1.Task {
	out := &configv1.Task{
		RepositoryId: t.RepositoryID, ResourceName: t.ResourceName,
		Mode:           configv1.TaskMode(configv1.TaskMode_value["TASK_MODE_"+string(t.Mode)]),
		UpdatePolicy:   wirePolicy(t.UpdatePolicy),
		ConflictPolicy: wirePolicy(t.ConflictPolicy),
		LastPullTime:   wireTime(t.LastPullTime), LastPushTime: wireTime(t.LastPushTime),
		CreateTime: wireTime(t.CreateTime), UpdateTime: wireTime(t.UpdateTime), Etag: t.Etag(),
	}
	for _, m := range t.Strategy {
		out.Strategy = append(out.Strategy, configv1.StrategyMethod(configv1.StrategyMethod_value["STRATEGY_METHOD_"+string(m)]))
	}
	for _, f := range t.Filters {
		out.Filters = append(out.Filters, &configv1.Filter{Tablename: f.Table, FilterString: f.Condition})
	}
	return out
}

func wirePolicy(p config.Policy) configv1.Policy {
	return configv1.Policy(configv1.Policy_value["POLICY_"+string(p)])
}

func wireRole(r config.Role) configv1.Role {
	return configv1.Role(configv1.Role_value["ROLE_"+string(r)])
}

func wireUser(u config.User) *configv1.User {
	return &configv1.User{
		Id: u.ID, Username: u.Username, Role: wireRole(u.Role), Disabled: u.Disabled, RepositoryId: u.RepositoryID,
		Language: u.Language, Invited: u.Invited(), IdentityProvider: u.Identity.Issuer, BindAtRegistration: u.BindAtRegistration,
		LastSignInTime: wireTime(u.LastSignInTime), CreateTime: wireTime(u.CreateTime), UpdateTime: wireTime(u.UpdateTime), Etag: u.Etag(),
	}
}

func wireToken(t config.Token) *configv1.Token {
	return &configv1.Token{
		Id: t.ID, Name: t.Name, Role: wireRole(t.Role), ExpireTime: wireTime(t.ExpireTime), UserId: t.UserID, Username: t.Username,
		CreateTime: wireTime(t.CreateTime), LastUseTime: wireTime(t.LastUseTime),
	}
}

func wireSession(o config.OpenedSession) *configv1.Session {
	return wireOwnSession(o.Session, o.User, o.Session.ID)
}

// wireOwnSession is a session as its owner sees it by the current one.
func wireOwnSession(s config.Session, u config.User, current string) *configv1.Session {
	return &configv1.Session{
		Id: s.ID, User: wireUser(u), CreateTime: wireTime(s.CreateTime), LastUseTime: wireTime(s.LastUseTime),
		ExpireTime: wireTime(s.ExpireTime()), IdleExpireTime: wireTime(s.IdleExpireTime()),
		RemoteAddress: s.Address, Current: s.ID == current,
	}
}

// wireIssued is an account with the secret that is shown this once.
func wireIssued(i config.Issued) *configv1.User {
	out := wireUser(i.User)
	out.GeneratedPassword = i.Password.Reveal()
	if i.Code != "" {
		out.Invitation = &configv1.Invitation{Code: i.Code.Reveal(), ExpireTime: wireTime(i.ExpireTime)}
	}
	return out
}

func wireSite(s config.Settings) *configv1.Site {
	return &configv1.Site{Settings: wireSettings(s), ProxyUrl: s.Proxy.Reveal()}
}

func wireExchange(e config.Exchange) *configv1.Exchange {
	out := &configv1.Exchange{
		Repository: wireRepository(e.Repository), Password: e.Repository.Password.Reveal(),
		ProxyUrl: config.EffectiveProxy(e.Repository.Proxy, e.Site.Proxy), Site: wireSite(e.Site),
	}
	for _, t := range e.Tasks {
		out.Tasks = append(out.Tasks, wireTask(t))
	}
	return out
}

// each turns a list into its wire form.
func each[T, W any](items []T, wire func(T) W) []W {
	out := make([]W, len(items))
	for i, item := range items {
		out[i] = wire(item)
	}
	return out
}
