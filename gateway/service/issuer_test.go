package service_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// issuer is an OpenID Connect provider on this machine. What it says can be bent before a sign-in.
type issuer struct {
	*httptest.Server
	t      *testing.T
	signer crypto.Signer
	alg    jose.SignatureAlgorithm

	mu     sync.Mutex
	codes  map[string]url.Values // what a code was asked for with; each works once
	claims map[string]any        // replace those of the next tokens; nil takes one away
	sign   func(claims []byte) string
	answer func(w http.ResponseWriter) bool // of the token endpoint; false: it has not answered
}

const (
	clientID     = "edensync"
	clientSecret = "geheim & co" // has to be escaped
)

func newIssuer(t *testing.T, alg jose.SignatureAlgorithm) *issuer {
	t.Helper()
	i := &issuer{t: t, alg: alg, codes: map[string]url.Values{}, claims: map[string]any{}}
	i.signer = newKey(t, alg)
	i.sign = func(claims []byte) string { return signed(t, i.alg, i.signer, claims) }
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", i.discovery)
	mux.HandleFunc("/keys", i.keys)
	mux.HandleFunc("/authorize", i.authorize)
	mux.HandleFunc("/token", i.token)
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func newKey(t *testing.T, alg jose.SignatureAlgorithm) (key crypto.Signer) {
	t.Helper()
	var err error
	if alg == jose.ES256 {
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	} else {
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// signed is a compact token.
func signed(t *testing.T, alg jose.SignatureAlgorithm, key any, claims []byte) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "k1"))
	if err != nil {
		t.Fatal(err)
	}
	token, err := signer.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	text, err := token.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (i *issuer) write(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(value); err != nil {
		i.t.Error(err)
	}
}

func (i *issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	i.write(w, map[string]any{
		"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token", "jwks_uri": i.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{string(i.alg), "HS256", "none"},
	})
}

func (i *issuer) keys(w http.ResponseWriter, _ *http.Request) {
	i.write(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: i.signer.Public(), KeyID: "k1", Algorithm: string(i.alg), Use: "sig"}}})
}

// authorize lets everybody in.
func (i *issuer) authorize(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	if asked.Get("response_type") != "code" || asked.Get("client_id") != clientID || asked.Get("code_challenge_method") != "S256" ||
		asked.Get("scope") != "openid profile email" {
		i.t.Errorf("asked for %v", asked)
	}
	code := rand.Text()
	i.mu.Lock()
	i.codes[code] = asked
	i.mu.Unlock()
	back := asked.Get("redirect_uri") + "?" + url.Values{"code": {code}, "state": {asked.Get("state")}}.Encode()
	http.Redirect(w, r, back, http.StatusFound)
}

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.answer != nil && i.answer(w) {
		return
	}
	asked, known := i.codes[r.FormValue("code")]
	delete(i.codes, r.FormValue("code"))
	challenge := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	id, secret, _ := r.BasicAuth()
	if !known || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(challenge[:]) ||
		asked.Get("redirect_uri") != r.FormValue("redirect_uri") || id != clientID || secret != url.QueryEscape(clientSecret) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"` + clientSecret + `"}`))
		return
	}
	i.write(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": i.sign(i.claimsFor(asked.Get("nonce")))})
}

func (i *issuer) claimsFor(nonce string) []byte {
	claims := map[string]any{
		"iss": i.URL, "sub": "subject-1", "aud": clientID, "nonce": nonce, "iat": theTime.Unix(), "exp": theTime.Unix() + 300,
		"preferred_username": "amina", "email": "amina@example.org", "email_verified": true,
		"realm_access": map[string]any{"roles": []string{"other", "field", "edensync-admins"}},
	}
	maps.Copy(claims, i.claims)
	for name, value := range claims {
		if value == nil {
			delete(claims, name)
		}
	}
	text, err := json.Marshal(claims)
	if err != nil {
		i.t.Error(err)
	}
	return text
}
