// Package api calls the REST interface of a site, as any program outside would. Requests and answers are the
// messages of the contracts, in the JSON that the gateway speaks.
package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/status"
	grpcstatus "google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/proto/restjson"
)

// Client calls one site.
type Client struct {
	// Base is the address of the site, such as http://127.0.0.1:8080.
	Base string
	// Token is an API token; empty = none.
	Token string
	// HTTP is the client to use; nil = one with a time-out.
	HTTP *http.Client
}

// maxAnswer bounds one answer, in bytes.
const maxAnswer = 64 << 20

// callTimeout bounds one call that is no stream.
const callTimeout = 2 * time.Minute

// Call sends in (nil = no body) to path below /api/v1 and reads the answer into out (nil = not wanted). Errors that
// the site reports are *apierr.Error.
func (c *Client) Call(ctx context.Context, method, path string, in, out proto.Message) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	response, err := c.send(ctx, method, path, in)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }() // it was read to its end or is not wanted
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s %s: read the answer: %w", method, path, err)
	}
	if response.StatusCode/100 != 2 {
		return c.failure(method, path, response.StatusCode, text)
	}
	if out == nil {
		return nil
	}
	if err := restjson.UnmarshalAnswer(text, out); err != nil {
		return fmt.Errorf("%s %s: the answer is not what was expected: %w", method, path, err)
	}
	return nil
}

func (c *Client) send(ctx context.Context, method, path string, in proto.Message) (*http.Response, error) {
	var body io.Reader
	if in != nil {
		text, err := protojson.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", method, path, err)
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(c.Base, "/")+"/api/v1"+path, body)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if in != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, apierr.New(apierr.KindUnavailable, apierr.ReasonUnavailable,
			"The site at %s does not answer. Is edensync running there? Name another one with --server.", c.Base).Wrap(err)
	}
	return response, nil
}

// failure reads a google.rpc.Status; streams wrap it into {"error": …}.
func (c *Client) failure(method, path string, code int, text []byte) error {
	var wrapped struct{ Error json.RawMessage }
	if json.Unmarshal(text, &wrapped) == nil && len(wrapped.Error) > 0 {
		text = wrapped.Error
	}
	var s status.Status
	if err := restjson.UnmarshalAnswer(text, &s); err != nil || s.GetCode() == 0 {
		return fmt.Errorf("%s %s: the site answered HTTP %d", method, path, code)
	}
	return apierr.FromStatus(grpcstatus.ErrorProto(&s))
}

// Stream reads a stream of messages; each line goes to next, which makes the message to read into and is called
// again with it filled. It ends when the site ends the stream, ctx ends, or next returns an error.
func Stream[M proto.Message](ctx context.Context, c *Client, path string, empty func() M, next func(M) error) error {
	response, err := c.send(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }() // the end of a stream is not worth reporting
	if response.StatusCode/100 != 2 {
		text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
		return errors.Join(err, c.failure(http.MethodGet, path, response.StatusCode, text))
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, maxAnswer)
	for lines.Scan() {
		var line struct{ Result, Error json.RawMessage }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return fmt.Errorf("GET %s: a line of the stream is no JSON: %w", path, err)
		}
		if len(line.Error) > 0 {
			return c.failure(http.MethodGet, path, response.StatusCode, line.Error)
		}
		m := empty()
		if err := restjson.UnmarshalAnswer(line.Result, m); err != nil {
			return fmt.Errorf("GET %s: %w", path, err)
		}
		if err := next(m); err != nil {
			return err
		}
	}
	return lines.Err()
}
