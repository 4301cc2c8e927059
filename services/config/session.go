package config

import "time"

// How long a session lives.
const (
	SessionIdle     = 12 * time.Hour     // without use
	SessionAbsolute = 7 * 24 * time.Hour // in any case
	// touchEvery bounds how often a use is written down.
	touchEvery = time.Minute
)

// Session of a person who signed in. Only a hash of its secret is stored.
type Session struct {
	ID          string // names the session without giving its secret away
	Hash        string
	UserID      string
	Address     string // where it was opened from
	CreateTime  time.Time
	LastUseTime time.Time
}

// ExpireTime is when the session ends for good.
func (s Session) ExpireTime() time.Time { return s.CreateTime.Add(SessionAbsolute) }

// IdleExpireTime is when it ends without further use.
func (s Session) IdleExpireTime() time.Time {
	idle := s.LastUseTime.Add(SessionIdle)
	if end := s.ExpireTime(); idle.After(end) {
		return end
	}
	return idle
}

// alive tells whether the session may still be used.
func (s Session) alive(now time.Time) bool { return now.Before(s.IdleExpireTime()) }

// OpenedSession is a session with what its owner gets to see.
type OpenedSession struct {
	Secret  Secret
	Session Session
	User    User
}

// Invitation lets a person set the password of an account once. Only a hash of its code is stored.
type Invitation struct {
	UserID     string
	Hash       string
	CreateTime time.Time
	ExpireTime time.Time
}

// InvitationTime is how long an invitation can be accepted.
const InvitationTime = 7 * 24 * time.Hour

// alive tells whether the invitation can still be accepted.
func (i Invitation) alive(now time.Time) bool { return now.Before(i.ExpireTime) }

// Issued is an account with a secret that was just made for it and is shown this once.
type Issued struct {
	User       User
	Code       Secret    // of an invitation; empty: none was made
	ExpireTime time.Time // of the invitation
	Password   Secret    // that was generated; empty: none was
}

// Token is a key for a program. Only a hash of its secret is stored.
type Token struct {
	ID          string
	Name        string // unique, upper and lower case alike, at most 128 characters
	Role        Role
	Hash        string
	UserID      string // who made it
	Username    string // filled in by the store
	ExpireTime  time.Time
	CreateTime  time.Time
	LastUseTime time.Time
}

const maxTokenName = 128 // characters

// alive tells whether the token has not expired.
func (t Token) alive(now time.Time) bool { return t.ExpireTime.IsZero() || now.Before(t.ExpireTime) }

// touched tells whether a use at now is worth writing down after the one at last.
func touched(last, now time.Time) bool { return now.Sub(last) >= touchEvery }
