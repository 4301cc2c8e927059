// Command edensync is a site in one process, and the client of one.
package main

import (
	"os"

	"github.com/edensync/edensync/cmd/edensync/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], cli.Standard())) }
