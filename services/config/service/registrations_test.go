package service_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/edensync/edensync/internal/apierr"
	auditv1 "github.com/edensync/edensync/proto/gen/edensync/audit/v1"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

const (
	pending    = configv1.RegistrationState_REGISTRATION_STATE_PENDING
	registered = configv1.RegistrationState_REGISTRATION_STATE_REGISTERED
	failed     = configv1.RegistrationState_REGISTRATION_STATE_FAILED
)

func (s *site) claim() (*configv1.ClaimRegistrationResponse, error) {
	return s.exchanges.ClaimRegistration(s.by("transfer"), &configv1.ClaimRegistrationRequest{Lease: durationpb.New(time.Minute)})
}

func (s *site) report(req *configv1.ReportRegistrationRequest) (*configv1.Repository, error) {
	answer, err := s.exchanges.ReportRegistration(s.by("transfer"), req)
	return answer.GetRepository(), err
}

func TestCFG009_SavingMakesOneRegistration(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org"})
		claims := func() []*configv1.ClaimRegistrationResponse {
			var all []*configv1.ClaimRegistrationResponse
			for {
				claim := must[*configv1.ClaimRegistrationResponse](s.t)(s.claim())
				if claim.GetRepositoryId() == "" {
					return all
				}
				all = append(all, claim)
			}
		}
		made := claims()
		if len(made) != 1 || made[0].GetRepositoryId() != r.GetId() {
			s.t.Fatalf("claims after creation = %v", made)
		}
		got := must[*configv1.Repository](s.t)(s.report(&configv1.ReportRegistrationRequest{
			RepositoryId: r.GetId(), Generation: made[0].GetGeneration(), Outcome: registered, Message: "Registration successful",
		}))
		if got.GetRegistration().GetState() != registered || got.GetRegistration().GetMessage() != "Registration successful" || got.GetEtag() != r.GetEtag() {
			s.t.Errorf("registered = %v", got)
		}
		if more := claims(); len(more) != 0 {
			s.t.Errorf("claims after the report = %v", more)
		}
		must[*configv1.Repository](s.t)(s.update(&configv1.Repository{Id: r.GetId(), Name: "Kenya 2"}, "name"))
		if s.repository(r.GetId()).GetRegistration().GetState() != pending || len(claims()) != 1 {
			s.t.Error("saving again did not make one registration")
		}
	})
}

func TestCFG010_WithoutURLNothingIsRegistered(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org"})
		got := must[*configv1.Repository](s.t)(s.update(&configv1.Repository{Id: r.GetId()}, "url"))
		if got.GetRegistration().GetState() != configv1.RegistrationState_REGISTRATION_STATE_NONE {
			s.t.Errorf("state = %v", got.GetRegistration())
		}
		if claim := must[*configv1.ClaimRegistrationResponse](s.t)(s.claim()); claim.GetRepositoryId() != "" {
			s.t.Errorf("claim = %v", claim)
		}
	})
}

func TestCFG011_FailureIsStoredWithItsWords(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org"})
		claim := must[*configv1.ClaimRegistrationResponse](s.t)(s.claim())
		got := must[*configv1.Repository](s.t)(s.report(&configv1.ReportRegistrationRequest{
			RepositoryId: r.GetId(), Generation: claim.GetGeneration(), Outcome: failed, Message: "Peer repository\nunavailable (\x07timeout)",
		}))
		if got.GetRegistration().GetState() != failed || got.GetRegistration().GetMessage() != "Peer repository unavailable ( timeout)" {
			s.t.Errorf("registration = %v", got.GetRegistration())
		}
	})
}

func TestCFG012_SenderIsLearned(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org"})
		for _, sender := range []string{"urn:uuid:first", "urn:uuid:second"} { // not exchanged yet: the newer word counts
			got := must[*configv1.Repository](s.t)(s.report(&configv1.ReportRegistrationRequest{RepositoryId: r.GetId(), Outcome: registered, SenderUuid: sender}))
			if got.GetUuid() != sender || got.GetEtag() == r.GetEtag() {
				s.t.Errorf("after %s: %v", sender, got)
			}
		}
		s.contact(r.GetId())
		got := must[*configv1.Repository](s.t)(s.report(&configv1.ReportRegistrationRequest{RepositoryId: r.GetId(), Outcome: registered, SenderUuid: "urn:uuid:third"}))
		if got.GetUuid() != "urn:uuid:second" || got.GetRegistration().GetState() != failed {
			s.t.Errorf("an identity with exchanged records was replaced: %v", got)
		}
	})
}

func TestCFG013_RefusalProvesNoIdentity(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org"})
		got := must[*configv1.Repository](s.t)(s.report(&configv1.ReportRegistrationRequest{
			RepositoryId: r.GetId(), Outcome: failed, SenderUuid: "urn:uuid:k", Message: "no",
		}))
		if got.GetUuid() != "" {
			s.t.Errorf("uuid = %s", got.GetUuid())
		}
	})
}

func TestCFG014_EnteredUUIDIsKept(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org", Uuid: "urn:uuid:entered"})
		same := must[*configv1.Repository](s.t)(s.report(&configv1.ReportRegistrationRequest{RepositoryId: r.GetId(), Outcome: registered, SenderUuid: "urn:uuid:entered"}))
		if same.GetRegistration().GetState() != registered {
			s.t.Errorf("same UUID: %v", same)
		}
		got := must[*configv1.Repository](s.t)(s.report(&configv1.ReportRegistrationRequest{RepositoryId: r.GetId(), Outcome: registered, SenderUuid: "urn:uuid:other"}))
		if got.GetUuid() != "urn:uuid:entered" {
			s.t.Errorf("uuid = %s", got.GetUuid())
		}
		entry := s.logged("learn uuid")
		contains(s.t, entry.GetMessage(), "urn:uuid:entered", "urn:uuid:other")
		if entry.GetResult() != auditv1.Result_RESULT_WARNING || entry.GetReason() != string(apierr.ReasonPeerUUIDChanged) || entry.GetRepositoryName() != "Kenya" {
			s.t.Errorf("entry = %v", entry)
		}
	})
}

func TestSenderThatSomebodyElseHas(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		s.createRepository(&configv1.Repository{Name: "Chad", Uuid: "urn:uuid:chad"})
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org"})
		for sender, reason := range map[string]apierr.Reason{
			"urn:uuid:chad":                     apierr.ReasonRepositoryUUIDTaken,
			s.getSettings().GetRepositoryUuid(): apierr.ReasonRepositoryIsThisSite,
			"with space":                        apierr.ReasonPeerUUIDChanged,
		} {
			got := must[*configv1.Repository](s.t)(s.report(&configv1.ReportRegistrationRequest{RepositoryId: r.GetId(), Outcome: registered, SenderUuid: sender}))
			if got.GetUuid() != "" || got.GetRegistration().GetState() != failed {
				s.t.Errorf("%s: %v", sender, got)
			}
			if entry := s.logged("learn uuid"); entry.GetReason() != string(reason) {
				s.t.Errorf("%s: reason = %s, want %s", sender, entry.GetReason(), reason)
			}
		}
	})
}

func TestStaleReportsAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(s *site) {
		r := s.createRepository(&configv1.Repository{Name: "Kenya", Url: "https://k.org"})
		claim := must[*configv1.ClaimRegistrationResponse](s.t)(s.claim())
		stale := &configv1.ReportRegistrationRequest{RepositoryId: r.GetId(), Generation: claim.GetGeneration(), Outcome: registered, SenderUuid: "urn:uuid:k"}
		must[*configv1.Repository](s.t)(s.update(&configv1.Repository{Id: r.GetId(), Url: "https://moved.org"}, "url"))
		_, err := s.report(stale)
		s.refused(err, apierr.KindStale, apierr.ReasonLeaseLost)
		got := s.repository(r.GetId())
		if got.GetRegistration().GetState() != pending || got.GetUuid() != "" {
			s.t.Errorf("a stale report was stored: %v", got)
		}
		claim = must[*configv1.ClaimRegistrationResponse](s.t)(s.claim())
		// On demand is always accepted, and ends the claim of the background.
		must[*configv1.Repository](s.t)(s.report(&configv1.ReportRegistrationRequest{RepositoryId: r.GetId(), Outcome: registered}))
		stale.Generation = claim.GetGeneration()
		_, err = s.report(stale)
		s.refused(err, apierr.KindStale, apierr.ReasonLeaseLost)

		_, err = s.report(&configv1.ReportRegistrationRequest{RepositoryId: r.GetId(), Outcome: pending})
		s.refusedField(err, "outcome")
		_, err = s.report(&configv1.ReportRegistrationRequest{RepositoryId: "none", Outcome: failed})
		s.refused(err, apierr.KindNotFound, apierr.ReasonNotFound)
		for _, lease := range []*durationpb.Duration{nil, durationpb.New(time.Hour)} {
			_, err := s.exchanges.ClaimRegistration(s.by("transfer"), &configv1.ClaimRegistrationRequest{Lease: lease})
			s.refusedField(err, "lease")
		}
	})
}
