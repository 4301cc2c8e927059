package config

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/edensync/edensync/internal/apierr"
)

// User is an account of this site: a person, or a remote site that signs in here.
type User struct {
	ID                 string
	Username           string // unique, upper and lower case alike
	Role               Role
	PasswordHash       string   // argon2id in PHC form; never leaves the service; empty: there is none
	Identity           Identity // at an identity provider; zero: none
	Provisioned        bool     // made by a sign-in of Identity, whose provider therefore decides about Role
	Disabled           bool
	Language           string // BCP 47 tag of the pages; empty: what the browser asks for
	RepositoryID       string // for RolePeer: the only repository it may exchange as; empty: any
	BindAtRegistration bool   // for RolePeer without RepositoryID: bound to the repository that registers with it first
	LastSignInTime     time.Time
	CreateTime         time.Time
	UpdateTime         time.Time
	Version            int64
}

// Identity is a person as an OpenID Connect provider names it.
type Identity struct {
	Issuer  string // the provider
	Subject string // the person there; never given to somebody else
}

// String is for the log; empty for none.
func (i Identity) String() string {
	if i == (Identity{}) {
		return ""
	}
	return i.Subject + " at " + i.Issuer
}

const minPassword = 10 // characters

// Etag names this version of the user.
func (u User) Etag() string { return etagOf("user", u.ID, u.Version) }

// Normalize checks the account without its password. The error is an
// *apierr.Error; rules that look at other rows are Keeper's.
func (u *User) Normalize() error {
	var f findings
	u.Username = strings.TrimSpace(u.Username)
	switch {
	case u.Username == "":
		f.add("username", "is required")
	case utf8.RuneCountInString(u.Username) > maxUsername || !plainText(u.Username):
		f.add("username", "must be one line of at most 128 characters")
	case strings.Contains(u.Username, ":"):
		f.add("username", "must not contain a colon: Basic authentication cannot carry it")
	}
	f.unless(u.Role.Valid(), "role", "must be ADMINISTRATOR, OPERATOR, VIEWER or PEER")
	f.unless(validLanguage(u.Language), "language", "must be a language tag such as en or pt-BR")
	f.unless(u.RepositoryID == "" || u.Role == RolePeer, "repositoryId", "is only for accounts of role PEER")
	f.unless(!u.BindAtRegistration || u.Role == RolePeer && u.RepositoryID == "", "bindAtRegistration", "is only for accounts of role PEER that are bound to no repository")
	return f.err()
}

// Invited tells whether the account waits for its invitation to be accepted.
func (u User) Invited() bool { return u.PasswordHash == "" && u.Identity == (Identity{}) }

// maxLanguage is the length up to which BCP 47 tags are kept everywhere.
const maxLanguage = 35

// validLanguage tells whether tag has the form of a BCP 47 tag: words of letters and digits with hyphens between.
func validLanguage(tag string) bool {
	if tag == "" {
		return true
	}
	for i, word := range strings.Split(tag, "-") {
		if n := len(word); n == 0 || n > 8 || i == 0 && n < 2 {
			return false
		}
		for _, c := range word {
			letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
			if digit := c >= '0' && c <= '9'; !letter && (i == 0 || !digit) {
				return false
			}
		}
	}
	return len(tag) <= maxLanguage
}

// CheckPassword refuses passwords that are guessed too soon. Length counts, not
// the kinds of characters: those rules make people write passwords down.
func CheckPassword(field, username, password string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case password == "":
		return apierr.Invalid(apierr.Field{Name: field, Message: "is required"})
	case !utf8.ValidString(password) || strings.ContainsAny(password, "\r\n\x00"):
		return weak(field, "must be one line of text")
	case n < minPassword:
		return weak(field, "is too short: at least 10 characters")
	case n > maxPassword:
		return weak(field, "is too long: at most 1024 characters")
	case fold(password) == fold(username):
		return weak(field, "must not be the username")
	case strings.Count(password, password[:1]) == len(password):
		return weak(field, "must not repeat one character only")
	default:
		return nil
	}
}

func weak(field, message string) error {
	err := apierr.New(apierr.KindInvalid, apierr.ReasonPasswordWeak,
		"This password was not accepted and nothing was changed: it %s. Several words that do not belong together make a good one.", message)
	err.Fields = []apierr.Field{{Name: field, Message: message}}
	return err
}

// attributes are what the audit log tells about a user.
func (u User) attributes() []attribute {
	return []attribute{
		{name: "username", value: u.Username},
		{name: "role", value: string(u.Role)},
		secretAttribute("password", u.PasswordHash),
		{name: "disabled", value: strconv.FormatBool(u.Disabled)},
		{name: "repositoryId", value: u.RepositoryID},
		{name: "language", value: u.Language},
		{name: "identity", value: u.Identity.String()},
		{name: "bindAtRegistration", value: strconv.FormatBool(u.BindAtRegistration)},
	}
}
