// Package cli is the command line of edensync: its grammar, and the commands that talk to a site over REST. The commands serve
// and demo are packages of their own.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/alecthomas/kong"
	"github.com/mattn/go-isatty"

	"github.com/edensync/edensync/cmd/edensync/internal/demo"
	"github.com/edensync/edensync/cmd/edensync/internal/serve"
	"github.com/edensync/edensync/internal/process"
)

// grammar is everything that can be said on the command line. Settings of the process that serves come from the
// environment, too; commands of the client read only from there which site they speak to.
type grammar struct {
	Serve serveCommand `cmd:"" group:"Site" help:"Serve a site: everything in one process."`
	Demo  demoCommand  `cmd:"" group:"Site" help:"Two sites in one process, synchronized before your eyes."`

	Migrate   migrateCommand   `cmd:"" group:"Site" help:"Change the tables of a site to what this version needs, before or while it runs."`
	RotateKey rotateKeyCommand `cmd:"" group:"Site" help:"Make a new key for stored passwords and seal them with it."`
	NewEpoch  newEpochCommand  `cmd:"" group:"Site" help:"After a backup was put back: let other edensync sites exchange everything once more."`

	Sync   syncCommand   `cmd:"" group:"Work" help:"Synchronize with a repository now. Exit status: 0 done, 3 warnings or conflicts, 4 will retry, 5 needs you."`
	Doctor doctorCommand `cmd:"" group:"Work" help:"Test the connection to a repository step by step, or without a name this site."`
	Export exportCommand `cmd:"" group:"Work" help:"Write the records of a resource to a file, as S3XML."`
	Import importCommand `cmd:"" group:"Work" help:"Read records of a resource from an S3XML file, by the rules for a peer."`

	Repositories repositoriesCommand `cmd:"" group:"Resources" help:"Other sites: list, show, add, edit, remove, pause, resume, register."`
	Tasks        tasksCommand        `cmd:"" group:"Resources" help:"What is exchanged with a repository: list, show, add, edit, remove."`
	Jobs         jobsCommand         `cmd:"" group:"Resources" help:"When a repository is synchronized: list, show, add, edit, remove, reset, preview."`
	Runs         runsCommand         `cmd:"" group:"Resources" help:"Synchronizations: list, show, watch, stop, items."`
	Log          logCommand          `cmd:"" group:"Resources" help:"The synchronization log: list, show, follow, export, purge."`
	Conflicts    conflictsCommand    `cmd:"" group:"Resources" help:"Records that both sides had changed: list, show, decide, undo."`
	Rejects      rejectsCommand      `cmd:"" group:"Resources" help:"Records that could not be applied: list, show, retry, dismiss."`
	Records      recordsCommand      `cmd:"" group:"Resources" help:"Records of this site: resources, list, show, add, edit, remove."`
	Users        usersCommand        `cmd:"" group:"Resources" help:"Accounts: list, show, add, edit, remove."`
	Tokens       tokensCommand       `cmd:"" group:"Resources" help:"Keys for programs: list, add, remove."`
	Settings     settingsCommand     `cmd:"" group:"Resources" help:"This site: show, edit."`

	Version    versionCommand    `cmd:"" group:"Other" help:"Print the version."`
	Completion completionCommand `cmd:"" group:"Other" help:"Print a script that completes commands in a shell."`
	Complete   completeCommand   `cmd:"" name:"__complete" hidden:"" passthrough:""`
}

// Streams are what a command reads from and writes to.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	// Terminal says that a person looks at Out.
	Terminal bool
	// Interactive says that a person types into In.
	Interactive bool
}

// Standard are the streams of the process.
func Standard() Streams {
	return Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Terminal: isTerminal(os.Stdout), Interactive: isTerminal(os.Stdin),
	}
}

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) }

// errExit ends the parser when it has printed a help text.
var errExit = errors.New("the parser has answered")

// Main runs one command and returns the exit status.
func Main(args []string, streams Streams) int {
	return Run(process.Signals(context.Background()), args, streams)
}

// Run runs one command until it ends or ctx does, and returns the exit status.
func Run(ctx context.Context, args []string, streams Streams) int {
	if len(args) == 0 {
		args = []string{"--help"}
	}
	env := &Env{Context: ctx, Streams: streams}
	parser, err := newParser(env)
	if err != nil {
		return env.fail(err)
	}
	command, err := parse(parser, args)
	if errors.Is(err, errExit) {
		return exitDone
	}
	if err != nil {
		return env.fail(&outcome{code: exitUsage, err: err})
	}
	return env.fail(command.Run(env))
}

// parse turns the panic by which a printed help text ends the parser into an error.
func parse(parser *kong.Kong, args []string) (command *kong.Context, err error) {
	defer func() {
		if p := recover(); p != nil {
			if p != errExit { //nolint:errorlint // a value of ours, by identity
				panic(p)
			}
			err = errExit
		}
	}()
	return parser.Parse(args)
}

func newParser(env *Env) (*kong.Kong, error) {
	about := "Keeps Sahana Eden sites in step. Without a site of your own, begin with: edensync demo"
	options := append(process.Options(about),
		kong.Name("edensync"), kong.Bind(env), kong.Writers(env.Out, env.Err),
		kong.Exit(func(int) { panic(errExit) }),
		kong.PostBuild(quietEnvironment),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 120}),
	)
	parser, err := kong.New(&grammar{}, options...)
	if err != nil {
		return nil, fmt.Errorf("grammar of the command line: %w", err)
	}
	env.model = parser.Model
	return parser, nil
}

// fromEnvironment are the flags of client commands that variables may set.
var fromEnvironment = []string{"server", "token", "ca", "data"}

// ofProcesses are the commands that take the settings of a process, all of which variables may set.
var ofProcesses = []string{"serve", "demo", "migrate", "rotate-key", "new-epoch"}

// quietEnvironment keeps EDENSYNC_NAME and the like from filling flags of client commands that change something.
func quietEnvironment(k *kong.Kong) error {
	for _, command := range k.Model.Children {
		if !slices.Contains(ofProcesses, command.Name) {
			forget(command)
		}
	}
	return nil
}

func forget(node *kong.Node) {
	for _, flag := range node.Flags {
		if !slices.Contains(fromEnvironment, flag.Name) {
			flag.Envs, flag.Tag.Envs = nil, nil
		}
	}
	for _, child := range node.Children {
		forget(child)
	}
}

type serveCommand struct {
	serve.Settings `embed:""`
}

// Run serves until it is asked to end.
func (c *serveCommand) Run(e *Env) error { return serve.Run(e.Context, c.Settings, e.Out, e.Err) }

type rotateKeyCommand struct {
	serve.RotateSettings `embed:""`
}

// Run makes a new key.
func (c *rotateKeyCommand) Run(e *Env) error {
	return serve.RotateKey(e.Context, c.RotateSettings, e.Out, e.Err)
}

type migrateCommand struct {
	serve.TablesSettings `embed:""`
}

// Run changes the tables.
func (c *migrateCommand) Run(e *Env) error { return serve.Migrate(e.Context, c.TablesSettings, e.Out) }

type newEpochCommand struct {
	serve.TablesSettings `embed:""`
	Yes                  bool `help:"Do not ask."`
}

// Run begins a new epoch.
func (c *newEpochCommand) Run(e *Env) error {
	if err := e.confirm(c.Yes, "Shall all other edensync sites exchange everything with this one again?"); err != nil {
		return err
	}
	return serve.NewEpoch(e.Context, c.TablesSettings, e.Out)
}

type demoCommand struct {
	demo.Settings `embed:""`
}

// Run plays the demo.
func (c *demoCommand) Run(e *Env) error {
	return demo.Run(e.Context, c.Settings, e.Out, e.Err, e.Terminal)
}
