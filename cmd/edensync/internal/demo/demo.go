// Package demo shows what edensync does: a hub full of sample records and a field site get to know each other,
// synchronize, are edited on both sides, and synchronize again, all over the same interfaces that everybody uses.
package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/edensync/edensync/cmd/edensync/internal/serve"
	"github.com/edensync/edensync/internal/process"
)

// Settings of the command demo.
type Settings struct {
	Once  bool   `help:"End after the story; succeed only if both sites are equal."`
	Hub   string `help:"Address of the hub." default:"127.0.0.1:8080"`
	Field string `help:"Address of the field site." default:"127.0.0.1:8081"`
	Data  string `help:"Folder for both sites; without it a temporary one that is removed at the end." type:"path" placeholder:"DIR"`
	Log   string `name:"log-level" help:"Least important lines of both sites to print." enum:"debug,info,warn,error" default:"error"`
}

// Run plays the demo; then both sites stay up until ctx ends, or it returns at once with Once.
func Run(ctx context.Context, s Settings, stdout, stderr io.Writer, terminal bool) error {
	folder := s.Data
	if folder == "" {
		temporary, err := os.MkdirTemp("", "edensync-demo-")
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		defer func() { _ = os.RemoveAll(temporary) }() // a left-over in the temporary folder harms nobody
		folder = temporary
	}
	t := &tale{out: stdout, terminal: terminal, once: s.Once, password: rand.Text()[:12]}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	group, ctx := errgroup.WithContext(ctx)
	up := make(chan *actor, 2)
	for _, role := range []struct{ name, address string }{{"hub", s.Hub}, {"field", s.Field}} {
		group.Go(func() error {
			return t.site(ctx, role.name, role.address, filepath.Join(folder, role.name), s.Log, stderr, up)
		})
	}
	group.Go(func() error {
		if err := t.begin(ctx, up); err != nil {
			return err
		}
		if s.Once {
			cancel(errEnd)
		}
		return nil
	})
	err := group.Wait()
	if errors.Is(context.Cause(ctx), errEnd) || ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// errEnd is the cause of a demo that ends because its story is told.
var errEnd = errors.New("the story is told")

// site runs one of the two sites until ctx ends and tells when it is up.
func (t *tale) site(ctx context.Context, name, address, data, level string, stderr io.Writer, up chan<- *actor) error {
	logger := process.Logger(stderr, "text", level)
	settings := serve.SiteSettings{AdminPassword: process.Secret(t.password), MaxBody: 1 << 30}
	settings.Data = data
	site, err := serve.Open(ctx, settings, logger, time.Now) //nolint:forbidigo // the clock enters here
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	err = site.Run(ctx, address, process.TLSSettings{}, data, func(url string) error {
		key, err := site.LocalKey(ctx, url)
		if err == nil {
			up <- newActor(name, key)
		}
		return err
	})
	return errors.Join(err, site.Close())
}

// begin waits for both sites and tells the story.
func (t *tale) begin(ctx context.Context, up <-chan *actor) error {
	for range 2 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case a := <-up:
			if a.name == "hub" {
				t.hub = a
			} else {
				t.field = a
			}
		}
	}
	return t.tell(ctx)
}
