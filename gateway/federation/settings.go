// Package federation lets an OpenID Connect provider say who somebody is: authorization code flow with PKCE, state and
// nonce. It keeps nothing; what has to be remembered between the two halves of a sign-in is the browser's.
package federation

import (
	"net"
	"net/url"
	"strings"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/internal/process"
	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
)

// Settings of sign-in by a provider; embed with prefix "oidc-". Without an issuer there is none.
type Settings struct {
	Issuer       string            `help:"Issuer of the OpenID Connect provider by which people may sign in, such as https://id.example.org/realms/relief." placeholder:"URL"`
	ClientID     string            `name:"client-id" help:"Identifier of this site at the provider."`
	ClientSecret process.Secret    `help:"Secret of this site at the provider; empty for a public client." placeholder:"SECRET"`
	Name         string            `help:"Name of the provider on the sign-in page." default:"OpenID Connect"`
	Scopes       []string          `help:"What the provider is asked for beside the identity." default:"profile,email"`
	RoleClaim    string            `help:"Claim of the token that names the roles or groups of a person; dots lead into objects, as in realm_access.roles." default:"roles"`
	Roles        map[string]string `help:"Which value of the claim makes which role here, as in edensync-admins=ADMINISTRATOR;field=VIEWER. People with a role need no account beforehand." placeholder:"VALUE=ROLE;…"`
}

// Enabled says that there is a provider.
func (s Settings) Enabled() bool { return s.Issuer != "" }

// roles of people, the strongest last.
var roles = map[string]configv1.Role{
	"VIEWER": configv1.Role_ROLE_VIEWER, "OPERATOR": configv1.Role_ROLE_OPERATOR, "ADMINISTRATOR": configv1.Role_ROLE_ADMINISTRATOR,
}

// strength orders roles.
var strength = map[configv1.Role]int{
	configv1.Role_ROLE_VIEWER: 1, configv1.Role_ROLE_OPERATOR: 2, configv1.Role_ROLE_ADMINISTRATOR: 3,
}

// Check refuses settings that cannot work. The error is SETTINGS_INVALID.
func (s Settings) Check() error {
	if !s.Enabled() {
		if s.ClientID != "" || s.ClientSecret != "" || len(s.Roles) > 0 {
			return badSetting("settings of an OpenID Connect provider need --oidc-issuer")
		}
		return nil
	}
	if s.ClientID == "" {
		return badSetting("--oidc-issuer needs --oidc-client-id")
	}
	if !safe(s.Issuer) {
		return badSetting("--oidc-issuer must be an address that begins with https:// and has no query; plain http is for this machine only")
	}
	for value, role := range s.Roles {
		if _, known := roles[role]; !known || value == "" {
			return badSetting("--oidc-roles must map values to ADMINISTRATOR, OPERATOR or VIEWER")
		}
	}
	return nil
}

func badSetting(what string) *apierr.Error {
	return apierr.New(apierr.KindInvalid, apierr.ReasonSettingsInvalid, "The gateway does not start: %s.", what)
}

// safe tells whether secrets may be sent to an address.
func safe(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	host := u.Hostname()
	return u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || net.ParseIP(host).IsLoopback())
}

// role is the strongest one that the claims of a person are mapped to.
func (s Settings) role(claims map[string]any) configv1.Role {
	strongest := configv1.Role_ROLE_UNSPECIFIED
	for _, value := range texts(claim(claims, s.RoleClaim)) {
		if role := roles[s.Roles[value]]; strength[role] > strength[strongest] {
			strongest = role
		}
	}
	return strongest
}

// claim finds a claim by its name, or by the names of the objects that lead to it.
func claim(claims map[string]any, name string) any {
	if value, ok := claims[name]; ok {
		return value
	}
	first, rest, deeper := strings.Cut(name, ".")
	inner, ok := claims[first].(map[string]any)
	if !deeper || !ok {
		return nil
	}
	return claim(inner, rest)
}

// texts are the values of a claim that is a text or a list.
func texts(value any) []string {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []any:
		var list []string
		for _, item := range value {
			if text, ok := item.(string); ok {
				list = append(list, text)
			}
		}
		return list
	default:
		return nil
	}
}
