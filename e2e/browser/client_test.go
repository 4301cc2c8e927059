package browser_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"testing"
	"time"
)

// client calls the REST interface of a site.
type client struct{ base, token string }

func (c client) call(ctx context.Context, method, path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+c.token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: HTTP %d: %s", method, path, response.StatusCode, got)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(got, answer)
}

func (c client) must(t *testing.T, ctx context.Context, method, path string, body, answer any) {
	t.Helper()
	if err := c.call(ctx, method, path, body, answer); err != nil {
		t.Fatal(err)
	}
}

// run synchronizes and waits for the end.
func (c client) run(ctx context.Context, repository string) error {
	var run struct{ ID, State string }
	if err := c.call(ctx, "POST", "/repositories/"+repository+":synchronize", map[string]any{}, &run); err != nil {
		return err
	}
	tick := time.NewTicker(30 * time.Millisecond)
	defer tick.Stop()
	for run.State == "QUEUED" || run.State == "RUNNING" {
		select {
		case <-ctx.Done():
			return fmt.Errorf("run %s is %s: %w", run.ID, run.State, ctx.Err())
		case <-tick.C:
		}
		if err := c.call(ctx, "GET", "/runs/"+run.ID, nil, &run); err != nil {
			return err
		}
	}
	return nil
}

// settled waits until a new repository has tried to register: a run before that would be refused.
func (c client) settled(ctx context.Context, repository string) error {
	tick := time.NewTicker(30 * time.Millisecond)
	defer tick.Stop()
	for {
		var got struct{ Registration struct{ State string } }
		if err := c.call(ctx, "GET", "/repositories/"+repository, nil, &got); err != nil {
			return err
		}
		if got.Registration.State != "PENDING" {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("repository %s is still registering: %w", repository, ctx.Err())
		case <-tick.C:
		}
	}
}

func mustMake(t *testing.T, dir string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}
