package config

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/edensync/edensync/internal/apierr"
)

// Type is the kind of program at a remote site.
type Type string

// The types that Sahana Eden knows. Only TypeEden is supported; the others are
// known so that they can be refused by name.
const (
	TypeEden     Type = "EDEN"
	TypeADASHI   Type = "ADASHI"
	TypeCCRM     Type = "CCRM"
	TypeData     Type = "DATA"
	TypeFilesync Type = "FILESYNC"
	TypeFTP      Type = "FTP"
	TypeMCB      Type = "MCB"
	TypeWrike    Type = "WRIKE"
)

// UUIDSource tells where a repository's identifier comes from.
type UUIDSource string

// The sources.
const (
	UUIDNone    UUIDSource = ""        // there is no identifier yet
	UUIDEntered UUIDSource = "ENTERED" // by a person: never replaced by what a remote site says
	UUIDLearned UUIDSource = "LEARNED" // from the remote site
)

// State tells what can happen with a repository.
type State string

// The states.
const (
	StateActive  State = "ACTIVE"  // has a URL and is not paused
	StatePaused  State = "PAUSED"  // no exchanges, neither from here nor from the remote site
	StatePassive State = "PASSIVE" // has no URL: only the remote site connects
)

// Repository is this site's entry for a remote site.
type Repository struct {
	ID              string
	Name            string // unique, upper and lower case alike, at most 64 characters
	URL             string // normalised base URL, unique; empty: only the remote site connects
	Username        string // at the remote site
	Password        Secret
	Proxy           Proxy  // empty: the default one; ProxyNone: none
	CACertificates  string // PEM; empty: those of the system
	AcceptPushes    bool
	UUID            string // the remote site's identifier, unique; empty: not known yet
	UUIDSource      UUIDSource
	Type            Type
	Paused          bool
	LastConnectTime time.Time
	ClockOffset     time.Duration // remote clock minus ours
	ClockMeasured   bool          // whether ClockOffset says anything
	ClockOff        bool          // whether it is larger than the settings allow; filled in by the store
	Health          Health
	Registration    Registration
	TaskCount       int // filled in by the store
	CreateTime      time.Time
	UpdateTime      time.Time
	DeleteTime      time.Time // zero for live ones
	Version         int64     // raised by every change of a person and by a learned UUID
}

const (
	maxUUID     = 128  // characters, as in Eden
	maxUsername = 128  // characters
	maxPassword = 1024 // characters
)

// Etag names this version of the repository.
func (r Repository) Etag() string { return etagOf("repository", r.ID, r.Version) }

// State tells what can happen with the repository.
func (r Repository) State() State {
	switch {
	case r.Paused:
		return StatePaused
	case r.URL == "":
		return StatePassive
	default:
		return StateActive
	}
}

// Normalize checks what a person may enter and gives texts their one form. The
// error is an *apierr.Error; rules that look at other rows are Keeper's.
func (r *Repository) Normalize() error {
	if err := r.checkType(); err != nil {
		return err
	}
	var f findings
	r.Name = strings.TrimSpace(r.Name)
	checkName(&f, "name", r.Name)
	if r.URL = strings.TrimSpace(r.URL); r.URL != "" {
		normal, err := NormalizeURL(r.URL)
		if err != nil {
			f.add("url", err.Error())
		}
		r.URL = normal
	}
	r.checkCredentials(&f)
	r.UUID = strings.TrimSpace(r.UUID)
	f.unless(validUUID(r.UUID), "uuid", "must be at most 128 visible characters without spaces")
	if err := checkCertificates(r.CACertificates); err != nil {
		f.add("caCertificates", err.Error())
	}
	return f.err()
}

func (r *Repository) checkType() error {
	switch r.Type {
	case TypeEden:
		return nil
	case "":
		r.Type = TypeEden
		return nil
	case TypeADASHI, TypeCCRM, TypeData, TypeFilesync, TypeFTP, TypeMCB, TypeWrike:
		err := apierr.New(apierr.KindInvalid, apierr.ReasonRepositoryType,
			"Repositories of type %s cannot be synchronized with edensync, so nothing was saved; only Sahana Eden and edensync sites (type EDEN) are supported.", r.Type)
		err.Fields = []apierr.Field{{Name: "type", Message: "only EDEN is supported"}}
		return err.With("type", string(r.Type))
	default:
		return apierr.Invalid(apierr.Field{Name: "type", Message: "is not a repository type: use EDEN"})
	}
}

func (r *Repository) checkCredentials(f *findings) {
	f.unless(utf8.RuneCountInString(r.Username) <= maxUsername && plainText(r.Username), "username",
		"must be one line of at most 128 characters")
	f.unless(!strings.Contains(r.Username, ":"), "username", "must not contain a colon: Basic authentication cannot carry it")
	f.unless(utf8.RuneCountInString(r.Password.Reveal()) <= maxPassword && utf8.ValidString(r.Password.Reveal()), "password",
		"must be at most 1024 characters")
	f.unless(!strings.ContainsAny(r.Password.Reveal(), "\r\n\x00"), "password", "must be one line")
	f.unless(r.Password == "" || r.Username != "", "username", "is required with a password")
}

func validUUID(text string) bool {
	if len(text) > maxUUID {
		return false
	}
	for _, c := range []byte(text) {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// Exchanged tells whether anything was ever exchanged with the remote site.
func (r Repository) Exchanged() bool { return !r.LastConnectTime.IsZero() }

// attributes are what the audit log tells about a repository.
func (r Repository) attributes() []attribute {
	return []attribute{
		{name: "name", value: r.Name},
		{name: "url", value: r.URL},
		{name: "username", value: r.Username},
		secretAttribute("password", r.Password.Reveal()),
		{name: "proxyUrl", value: r.Proxy.String(), raw: r.Proxy.Reveal()},
		{name: "caCertificates", value: summary(r.CACertificates), raw: r.CACertificates},
		{name: "acceptPushes", value: strconv.FormatBool(r.AcceptPushes)},
		{name: "uuid", value: r.UUID},
		{name: "type", value: string(r.Type)},
		{name: "paused", value: strconv.FormatBool(r.Paused)},
	}
}

func summary(certificates string) string {
	if certificates == "" {
		return ""
	}
	return strconv.Itoa(strings.Count(certificates, "-----BEGIN")) + " certificates"
}
