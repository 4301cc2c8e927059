package scenario_test

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// jsonCommand reads the last output, or the body of an answer, as JSON. PATH is names and numbers of elements with points
// between them; a # at its end is the number of elements. The JSON of objects and lists is matched in its compact form.
// With ! nothing stands at PATH, or it does not match.
func jsonCommand(ts *testscript.TestScript, neg bool, args []string) {
	keep := ""
	if len(args) > 1 && args[0] == "-keep" {
		keep, args = args[1], args[2:]
	}
	if len(args) > 2 {
		ts.Fatalf("usage: json [-keep NAME] [PATH [REGEXP]]")
	}
	var value any
	if err := json.Unmarshal([]byte(bodyOf(ts.ReadFile("stdout"))), &value); err != nil {
		ts.Fatalf("the output is no JSON: %v", err)
	}
	if len(args) == 0 {
		return
	}
	text, found := at(value, args[0])
	if found && len(args) == 2 {
		matched, err := regexp.MatchString("(?m)"+args[1], text)
		ts.Check(err)
		found = matched
	}
	if found == neg {
		ts.Fatalf("at %s stands %q", args[0], text)
	}
	if keep != "" {
		ts.Setenv(keep, text)
	}
}

// bodyOf is what follows the head of an answer.
func bodyOf(text string) string {
	if strings.HasPrefix(text, "HTTP ") {
		_, text, _ = strings.Cut(text, "\n\n")
	}
	return text
}

func at(value any, path string) (text string, found bool) {
	for step := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			if value, found = v[step]; !found {
				return "", false
			}
		case []any:
			if step == "#" {
				return strconv.Itoa(len(v)), true
			}
			n, err := strconv.Atoi(step)
			if err != nil || n < 0 || n >= len(v) {
				return "", false
			}
			value = v[n]
		default:
			return "", false
		}
	}
	if plain, ok := value.(string); ok {
		return plain, true
	}
	compact, err := json.Marshal(value)
	return string(compact), err == nil
}
