package deploy_test

import (
	"bytes"
	"io/fs"
	"maps"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	"golang.org/x/mod/modfile"
)

// dockerfile is the file as BuildKit reads it.
func dockerfile(t *testing.T) []instructions.Stage {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("docker", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.Parse(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		t.Fatal(err)
	}
	return stages
}

func stage(t *testing.T, stages []instructions.Stage, name string) instructions.Stage {
	t.Helper()
	i := slices.IndexFunc(stages, func(s instructions.Stage) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("there is no target %s", name)
	}
	return stages[i]
}

// only are the commands of one kind in a stage.
func only[T instructions.Command](s instructions.Stage) []T {
	var found []T
	for _, c := range s.Commands {
		if c, ok := c.(T); ok {
			found = append(found, c)
		}
	}
	return found
}

// TestImages: the target of each program holds that program and nothing that could run another one, belongs to a user
// without rights, and says what it is.
func TestImages(t *testing.T) {
	t.Parallel()
	stages := dockerfile(t)
	runtime := stage(t, stages, "runtime")
	if runtime.BaseName != "scratch" || len(only[*instructions.RunCommand](runtime)) > 0 {
		t.Error("the images do not begin with nothing")
	}
	if users := only[*instructions.UserCommand](runtime); len(users) != 1 || users[0].User != "65532:65532" {
		t.Errorf("the images run as %v", users)
	}
	if last := stages[len(stages)-1].Name; last != "edensync" {
		t.Errorf("who names no target gets %s", last)
	}
	for _, name := range []string{"edensync", "edensync-config", "edensync-scheduler", "edensync-transfer", "edensync-audit", "edensync-gateway"} {
		s := stage(t, stages, name)
		checkImage(t, s)
		labels := map[string]bool{}
		for _, from := range []instructions.Stage{runtime, s} {
			for _, command := range only[*instructions.LabelCommand](from) {
				for _, label := range command.Labels {
					labels[label.Key] = true
				}
			}
		}
		for _, label := range []string{"title", "description", "source", "documentation", "vendor", "licenses", "version"} {
			if !labels["org.opencontainers.image."+label] {
				t.Errorf("%s lacks the label %s", name, label)
			}
		}
	}
}

func checkImage(t *testing.T, s instructions.Stage) {
	t.Helper()
	if s.BaseName != "runtime" || len(only[*instructions.RunCommand](s)) > 0 || len(only[*instructions.UserCommand](s)) > 0 {
		t.Errorf("%s does not rest on what all images share", s.Name)
	}
	entries := only[*instructions.EntrypointCommand](s)
	if len(entries) != 1 || entries[0].PrependShell || !slices.Equal(entries[0].CmdLine, []string{"/" + s.Name}) {
		t.Errorf("%s starts %v", s.Name, entries)
	}
	copies := only[*instructions.CopyCommand](s)
	if len(copies) != 1 || copies[0].From != "build" || !slices.Equal(copies[0].SourcePaths, []string{"/out/" + s.Name}) || copies[0].DestPath != "/" {
		t.Errorf("%s holds %v", s.Name, copies)
	}
	checkImageListens(t, s)
}

// checkImageListens: what an image presets is a setting of its program, and where it listens it is reached.
func checkImageListens(t *testing.T, s instructions.Stage) {
	t.Helper()
	var command []string
	if commands := only[*instructions.CmdCommand](s); len(commands) == 1 && !commands[0].PrependShell {
		command = commands[0].CmdLine
	}
	known := settings(t, s.Name, command...)
	var ports []string
	for _, env := range only[*instructions.EnvCommand](s) {
		for _, pair := range env.Env {
			flag, ok := known[pair.Key]
			host, port, err := net.SplitHostPort(pair.Value)
			if !ok || !strings.HasSuffix(flag.flag, "listen") || err != nil || host != "" {
				t.Errorf("%s presets %s=%s", s.Name, pair.Key, pair.Value)
			}
			ports = append(ports, port)
		}
	}
	for name, flag := range known {
		if strings.HasSuffix(flag.flag, "listen") && len(ports) == 0 {
			t.Errorf("%s listens where nobody outside of it calls: %s", s.Name, name)
		}
	}
	for _, exposed := range only[*instructions.ExposeCommand](s) {
		if !slices.Equal(slices.Sorted(slices.Values(exposed.Ports)), slices.Sorted(slices.Values(ports))) {
			t.Errorf("%s listens on %q and tells %q", s.Name, ports, exposed.Ports)
		}
	}
}

// TestImagesOfManifests: every image of ours in the manifests is a target.
func TestImagesOfManifests(t *testing.T) {
	t.Parallel()
	stages := dockerfile(t)
	each(t, func(t *testing.T, _ string, m manifests) {
		for _, w := range workloads(m) {
			if runs(w) {
				stage(t, stages, imageName(w.template.Spec.Containers[0]))
			}
		}
	})
}

// TestBuildIsPinned: the images that the build needs have exact versions, come from wherever the builder gets its images,
// and have the Go that the workspace asks for. Programs are static, for the platform that is asked for.
func TestBuildIsPinned(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`^[a-z]+:\d+\.\d+\.\d+(-slim)?$`)
	stages := dockerfile(t)
	for _, s := range stages {
		if s.BaseName != "scratch" && s.BaseName != "runtime" && (!pinned.MatchString(s.BaseName) || s.Platform != "$BUILDPLATFORM") {
			t.Errorf("the stage %s is built with %s on %s", s.Name, s.BaseName, s.Platform)
		}
	}
	work := workspace(t)
	build := stage(t, stages, "build")
	if version := strings.TrimPrefix(build.BaseName, "golang:"); !strings.HasPrefix(version, work.Go.Version[:strings.LastIndex(work.Go.Version, ".")+1]) {
		t.Errorf("the workspace needs Go %s, the image has %s", work.Go.Version, version)
	}
	env := map[string]string{}
	for _, command := range only[*instructions.EnvCommand](build) {
		for _, pair := range command.Env {
			env[pair.Key] = pair.Value
		}
	}
	run := strings.Join(only[*instructions.RunCommand](build)[0].CmdLine, " ")
	if env["CGO_ENABLED"] != "0" || !strings.Contains(run, "GOOS=$TARGETOS GOARCH=$TARGETARCH go build") {
		t.Errorf("the programs are not static, or not for the platform: %v, %s", env, run)
	}
	for _, path := range regexp.MustCompile(`\./[a-z/-]+`).FindAllString(run, -1) {
		if _, err := os.Stat(filepath.Join("..", path, "main.go")); err != nil {
			t.Errorf("the build names a program that is not there: %v", err)
		}
	}
}

func workspace(t *testing.T) *modfile.WorkFile {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "go.work"))
	if err != nil {
		t.Fatal(err)
	}
	work, err := modfile.ParseWork("go.work", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return work
}

// TestContext: the build is sent everything that it is made of, and neither history, nor data, nor keys.
func TestContext(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	patterns, err := ignorefile.ReadAll(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	needed := needed(t)
	for _, path := range slices.Sorted(maps.Keys(needed)) {
		if skip, err := ignored.MatchesOrParentMatches(path); err != nil || skip {
			t.Errorf("the build needs %s and does not get it (%v)", path, err)
		}
	}
	for _, path := range []string{
		".git/config", "bin/edensync", "data/config.db", "data/secrets.key", "data/tls/key.pem", "gateway/web/node_modules/react/index.js",
		"gateway/web/dist/index.html", "e2e/bench/main.go", "deploy/k8s/base/config.yaml", "docs/operations.md", "services/config/settings_test.go",
	} {
		if skip, err := ignored.MatchesOrParentMatches(path); err != nil || !skip {
			t.Errorf("the build gets %s and has no use for it (%v)", path, err)
		}
	}
}

// needed are the modules of the workspace with their sums, what the programs are made of, and what the Dockerfile names.
func needed(t *testing.T) map[string]bool {
	t.Helper()
	paths := map[string]bool{"go.work": true, "go.work.sum": true, "gateway/web/dist/.gitkeep": true}
	for _, use := range workspace(t).Use {
		dir := filepath.Clean(use.Path)
		paths[filepath.Join(dir, "go.mod")] = true
		if _, err := os.Stat(filepath.Join("..", dir, "go.sum")); err == nil {
			paths[filepath.Join(dir, "go.sum")] = true
		}
	}
	for _, s := range dockerfile(t) {
		for _, c := range only[*instructions.CopyCommand](s) {
			for _, source := range c.SourcePaths {
				if c.From == "" && source != "." {
					paths[source] = true
				}
			}
		}
	}
	for _, root := range []string{"proto", "s3xml", "internal", "services", "gateway", "cmd"} {
		err := filepath.WalkDir(filepath.Join("..", root), func(path string, entry fs.DirEntry, err error) error {
			name := entry.Name()
			if err == nil && entry.IsDir() && (name == "node_modules" || name == "testdata" || name == "dist") {
				return filepath.SkipDir
			}
			source := strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".sql") || strings.HasSuffix(name, ".html")
			if err == nil && source {
				paths[strings.TrimPrefix(path, "../")] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return paths
}
