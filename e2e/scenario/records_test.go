package scenario_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// recordsCommand writes a document with N records.
func recordsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: records N RESOURCE FILE")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	var out strings.Builder
	out.WriteString("<?xml version='1.0' encoding='utf-8'?>\n<s3xml>\n")
	for i := range n {
		at := firstTime.Format(wireTime)
		fmt.Fprintf(&out, `<resource name="%s" uuid="urn:uuid:00000000-0000-4000-8000-%012d" created_on="%s" modified_on="%s"><data field="name">Record %d</data><data field="comments">%s</data></resource>`+"\n",
			args[1], i, at, at, i, strings.Repeat("long text ", 20))
	}
	out.WriteString("</s3xml>\n")
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(out.String()), 0o600))
}
