package cli

import (
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/edensync/edensync/internal/version"
)

// versionCommand prints the version.
type versionCommand struct{}

// Run prints the version of this program.
func (*versionCommand) Run(e *Env) error {
	_, err := fmt.Fprintf(e.Out, "edensync %s (%s, %s/%s)\n", version.String(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// completionCommand prints what a shell has to read.
type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// scripts ask edensync itself what could come next; the last word may be empty.
var scripts = map[string]string{
	"bash": `_edensync() {
	local IFS=$'\n'
	COMPREPLY=($(edensync __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _edensync edensync
`,
	"zsh": `#compdef edensync
_edensync() {
	local -a found
	found=("${(@f)$(edensync __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
	compadd -a found
}
compdef _edensync edensync
`,
	"fish": `complete -c edensync -f -a '(edensync __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
`,
}

// Run prints the script.
func (c *completionCommand) Run(e *Env) error {
	_, err := fmt.Fprint(e.Out, scripts[c.Shell])
	return err
}

// completeCommand answers a completion script: the words that may follow, one a line.
type completeCommand struct {
	Words []string `arg:"" optional:""`
}

// Run prints candidates for the last word.
func (c *completeCommand) Run(e *Env) error {
	node, last := e.model.Node, ""
	if n := len(c.Words); n > 0 {
		last = c.Words[n-1]
		for _, word := range c.Words[:n-1] {
			if child := childOf(node, word); child != nil {
				node = child
			}
		}
	}
	for _, word := range candidates(node) {
		if strings.HasPrefix(word, last) && (last != "" || !strings.HasPrefix(word, "-")) {
			e.line("%s", word)
		}
	}
	return nil
}

func childOf(node *kong.Node, word string) *kong.Node {
	for _, child := range node.Children {
		if child.Name == word || slices.Contains(child.Aliases, word) {
			return child
		}
	}
	return nil
}

// candidates are the commands below the node and the flags that it takes.
func candidates(node *kong.Node) []string {
	var words []string
	for _, child := range node.Children {
		if !child.Hidden && child.Type == kong.CommandNode {
			words = append(words, child.Name)
		}
	}
	for _, positional := range node.Positional {
		for word := range positional.EnumMap() {
			if word != "" {
				words = append(words, word)
			}
		}
	}
	for _, group := range node.AllFlags(true) {
		for _, flag := range group {
			words = append(words, "--"+flag.Name)
		}
	}
	slices.Sort(words)
	return words
}
