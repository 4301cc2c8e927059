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
	return await(ctx, func() (bool, error) {
		err := c.call(ctx, "GET", "/runs/"+run.ID, nil, &run)
		return run.State != "QUEUED" && run.State != "RUNNING", err
	})
}

// registered waits until the registration at a repository has come out, one way or the other.
func (c client) registered(ctx context.Context, repository string) error {
	return await(ctx, func() (bool, error) {
		var answer struct{ Registration struct{ State string } }
		err := c.call(ctx, "GET", "/repositories/"+repository, nil, &answer)
		return answer.Registration.State != "PENDING", err
	})
}

// await asks again until done says yes or fails.
func await(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(30 * time.Millisecond)
	defer tick.Stop()
	for {
		if over, err := done(); over || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
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
