// Command finish makes the served OpenAPI document of the generated one. go generate runs it.
package main

import (
	"fmt"
	"os"

	"github.com/edensync/edensync/gateway/openapi"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "finish:", err)
		os.Exit(1)
	}
}

// run reads the generated document args[0] and writes the finished one args[1].
func run(args []string) error {
	if len(args) != 2 {
		return fmt.Errorf("want two file names, got %d", len(args))
	}
	generated, err := os.ReadFile(args[0]) //nolint:gosec // whoever runs it names the file
	if err != nil {
		return err
	}
	finished, err := openapi.Finish(generated)
	if err != nil {
		return err
	}
	return os.WriteFile(args[1], finished, 0o644) //nolint:gosec // the document is public
}
