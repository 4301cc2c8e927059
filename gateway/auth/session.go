package auth

import (
	"errors"
	"io"
	"net/http"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/edensync/edensync/gateway/rest"
	"github.com/edensync/edensync/internal/apierr"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// Handle adds the paths of setup and sessions to mux. They expect Identify and Protect around them.
func (g *Guard) Handle(mux *http.ServeMux) {
	mux.HandleFunc("GET /api/v1/setup", g.getSetup)
	mux.HandleFunc("POST /api/v1/setup", g.setup)
	mux.HandleFunc("GET /api/v1/session", g.signedIn(configv1.SessionService_GetSession_FullMethodName, g.getSession))
	mux.HandleFunc("GET /api/v1/signInMethods", g.getSignInMethods)
	mux.HandleFunc("POST /api/v1/session", g.byPassword(g.createSession))
	mux.HandleFunc("DELETE /api/v1/session", g.deleteSession)
	mux.HandleFunc("POST /api/v1/session:deleteAll", g.signedIn(configv1.SessionService_DeleteAllSessions_FullMethodName, g.deleteAll))
	mux.HandleFunc("POST /api/v1/session:changePassword", g.signedIn(configv1.SessionService_ChangePassword_FullMethodName, g.byPassword(g.changePassword)))
	mux.HandleFunc("POST /api/v1/session:acceptInvitation", g.byPassword(g.acceptInvitation))
	for _, path := range []string{
		"/api/v1/setup", "/api/v1/signInMethods", "/api/v1/session", "/api/v1/session:deleteAll", "/api/v1/session:changePassword", "/api/v1/session:acceptInvitation",
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { g.errors.Route(w, r, http.StatusMethodNotAllowed) })
	}
}

// signedIn lets next only see requests that the rule of method allows.
func (g *Guard) signedIn(method string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := Check(method, IdentityFrom(r.Context())); err != nil {
			g.errors.Write(w, r, err)
			return
		}
		next(w, r)
	}
}

// getSetup answers 404 once an administrator exists, so that nothing of the setup is left to be found.
func (g *Guard) getSetup(w http.ResponseWriter, r *http.Request) {
	required, err := g.SetupRequired(r.Context())
	if err == nil && !required {
		err = apierr.New(apierr.KindNotFound, apierr.ReasonSetupDone, "This site is set up already; sign in instead.")
	}
	g.answer(w, r, &configv1.GetSetupResponse{Required: required}, err)
}

func (g *Guard) setup(w http.ResponseWriter, r *http.Request) {
	request := &configv1.SetupRequest{}
	if !g.attempt(w, r, request) {
		return
	}
	request.RemoteAddress = g.address(r)
	answer, err := g.sessions.Setup(g.ownCall(r.Context()), request)
	g.begin(w, r, answer, err)
}

func (g *Guard) createSession(w http.ResponseWriter, r *http.Request) {
	request := &configv1.CreateSessionRequest{}
	if !g.attempt(w, r, request) {
		return
	}
	request.RemoteAddress, request.ReplacedToken = g.address(r), g.jar(r).read(r)
	answer, err := g.sessions.CreateSession(g.ownCall(r.Context()), request)
	g.begin(w, r, answer, err)
}

func (g *Guard) acceptInvitation(w http.ResponseWriter, r *http.Request) {
	request := &configv1.AcceptInvitationRequest{}
	if !g.attempt(w, r, request) {
		return
	}
	request.RemoteAddress = g.address(r)
	answer, err := g.sessions.AcceptInvitation(g.ownCall(r.Context()), request)
	g.begin(w, r, answer, err)
}

func (g *Guard) changePassword(w http.ResponseWriter, r *http.Request) {
	request := &configv1.ChangePasswordRequest{}
	if !g.attempt(w, r, request) {
		return
	}
	request.RemoteAddress, request.Token = g.address(r), g.jar(r).read(r)
	if r.Header.Get("Authorization") != "" || request.GetToken() == "" {
		g.errors.Write(w, r, apierr.New(apierr.KindPrecondition, apierr.ReasonPrecondition,
			"A token has no password, so nothing was changed; sign in with username and password to change it."))
		return
	}
	answer, err := g.sessions.ChangePassword(g.userCall(r.Context()), request)
	g.begin(w, r, answer, err)
}

// getSession answers who makes the request, by session or token. Identify has prolonged the session.
func (g *Guard) getSession(w http.ResponseWriter, r *http.Request) {
	if token := g.jar(r).read(r); token != "" && r.Header.Get("Authorization") == "" {
		answer, err := g.sessions.GetSession(g.ownCall(r.Context()), &configv1.GetSessionRequest{Token: token})
		g.answer(w, r, answer, err)
		return
	}
	who := IdentityFrom(r.Context())
	g.answer(w, r, &configv1.Session{User: &configv1.User{Id: who.UserID, Username: who.Username, Role: who.Role}}, nil)
}

func (g *Guard) deleteSession(w http.ResponseWriter, r *http.Request) {
	var err error
	if token := g.jar(r).read(r); token != "" {
		_, err = g.sessions.DeleteSession(g.ownCall(r.Context()), &configv1.DeleteSessionRequest{Token: token})
	}
	if err == nil {
		g.jar(r).clear(w)
	}
	g.answer(w, r, &emptypb.Empty{}, err)
}

func (g *Guard) deleteAll(w http.ResponseWriter, r *http.Request) {
	request := &configv1.DeleteAllSessionsRequest{UserId: IdentityFrom(r.Context()).UserID}
	_, err := g.sessions.DeleteAllSessions(g.userCall(r.Context()), request)
	if err == nil {
		g.jar(r).clear(w)
	}
	g.answer(w, r, &emptypb.Empty{}, err)
}

// attempt takes an attempt of the client's and reads the body; false: it was answered.
func (g *Guard) attempt(w http.ResponseWriter, r *http.Request, request proto.Message) bool {
	err := g.attempts.allow(g.trusted.Client(r))
	if err == nil {
		err = readBody(r, request)
	}
	if err != nil {
		g.errors.Write(w, r, err)
	}
	return err == nil
}

func readBody(r *http.Request, request proto.Message) error {
	err := rest.Marshaler{}.NewDecoder(r.Body).Decode(request)
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	return apierr.New(apierr.KindInvalid, apierr.ReasonInvalidArgument, "%s", err.Error())
}

// begin turns the secret of a new session into the cookie.
func (g *Guard) begin(w http.ResponseWriter, r *http.Request, answer *configv1.CreateSessionResponse, err error) {
	if err == nil {
		g.jar(r).set(w, answer.GetToken(), answer.GetSession().GetExpireTime().AsTime())
		answer.Token = ""
	}
	g.answer(w, r, answer, err)
}

func (g *Guard) answer(w http.ResponseWriter, r *http.Request, message proto.Message, err error) {
	if err != nil {
		g.errors.Write(w, r, err)
		return
	}
	g.errors.Message(w, r, message)
}

func (g *Guard) address(r *http.Request) string {
	address := g.trusted.Client(r)
	if !address.IsValid() {
		return ""
	}
	return address.String()
}
