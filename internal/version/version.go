// Package version knows which version of edensync this is.
package version

import "runtime/debug"

// Version is set by the linker in released builds.
var Version string

// String is the version of this program: the one that was linked in, that of the module, or the commit.
func String() string {
	if Version != "" {
		return Version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	return "development (" + commit(info) + ")"
}

// shortCommit is how much of a commit's name tells it from all others.
const shortCommit = 12

func commit(info *debug.BuildInfo) string {
	name, changed := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			name = s.Value[:min(shortCommit, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = ", changed"
		}
	}
	return name + changed
}
