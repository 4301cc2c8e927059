package config

// Actor is who asks for something: a person or program by way of the gateway,
// or another service of this site.
type Actor struct {
	User      string // account that is signed in: its id or its name; empty for services
	Role      Role   // what the account may do; empty for services
	Service   string // service that made the call
	RequestID string // finds the call in the logs
}

// Name is what the audit log shows: the account, or else the service.
func (a Actor) Name() string {
	switch {
	case a.User != "":
		return a.User
	case a.Service != "":
		return a.Service
	default:
		return "edensync"
	}
}

// Call is one request for a change.
type Call struct {
	Actor Actor
	// Method names the operation for the recognition of repeated requests.
	Method string
	// RequestID is chosen by the client; a repetition with the same id answers
	// the first outcome. Empty: no recognition.
	RequestID string
	// Fingerprint tells whether a repetition asks for the same; without secrets.
	Fingerprint string
}

// maxRequestID bounds request ids, in bytes.
const maxRequestID = 64
