package peer

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

const registerPath = "/sync/repository/register.json"

// RegisterAnswer is what the remote said to a registration.
type RegisterAnswer struct {
	OK          bool
	Sender      string // the remote's repository UUID; empty = it did not say. It comes with refusals, too
	Message     string
	Date        time.Time
	ClockOffset time.Duration
	Edensync    bool
	Version     string
}

// Register introduces this site at the remote by exactly one request. Registering again is harmless. On a refusal
// the answer comes with the error.
func (c *Client) Register(ctx context.Context, remote Remote) (RegisterAnswer, error) {
	name := remote.SiteName
	if name == "" {
		// EDEN: a registration without a name is answered with 500 (docs/s3xml.md, registration).
		name = remote.SiteUUID
	}
	return c.introduce(ctx, opRegister, &remote, map[string]string{"uuid": remote.SiteUUID, "name": name, "apitype": "eden"})
}

func (c *Client) introduce(ctx context.Context, op string, remote *Remote, who map[string]string) (RegisterAnswer, error) {
	base, err := remote.base(op)
	if err != nil {
		return RegisterAnswer{}, err
	}
	body, err := json.Marshal(who)
	if err != nil {
		return RegisterAnswer{}, fmt.Errorf("%s: encode request: %w", op, err)
	}
	call := &call{
		op: op, remote: remote, method: http.MethodPost, body: body, target: below(base, registerPath, ""),
		header: http.Header{"Content-Type": {"application/json"}}, limit: maxErrorBody, attempts: 1,
	}
	r, err := c.send(ctx, call)
	if err != nil {
		return RegisterAnswer{}, err
	}
	e, err := call.envelope(r)
	answer := RegisterAnswer{Date: r.date, ClockOffset: r.offset, Edensync: r.edensync(), Version: r.header.Get(headerVersion)}
	if e == nil {
		return answer, err
	}
	answer.OK, answer.Sender, answer.Message = err == nil, remote.clean(e.Sender), remote.clean(e.Message)
	if answer.OK && answer.Message == "" {
		answer.Message = "Registration successful"
	}
	return answer, err
}
