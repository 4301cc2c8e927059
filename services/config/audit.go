package config

import "strings"

// Result of an audited action.
type Result string

// The results that this service writes.
const (
	ResultSuccess Result = "SUCCESS"
	ResultWarning Result = "WARNING" // done, but somebody should look
	ResultError   Result = "ERROR"   // refused
)

// Mode is what kind of action an entry is about.
type Mode string

// The modes that this service writes.
const (
	ModeNone  Mode = "NONE"  // a change of configuration
	ModeLogin Mode = "LOGIN" // somebody signs in or out
)

// Entry is one line of the audit log: who did or tried what, and what changed.
type Entry struct {
	Actor          Actor
	Mode           Mode   // empty: ModeNone
	Action         string // verb and noun, such as "create repository"
	Result         Result // empty: ResultSuccess
	Reason         string // stable reason of a refusal or warning
	Message        string // for people, without secrets
	RepositoryID   string // empty if no repository is concerned
	RepositoryName string
	ResourceName   string // of a task
}

// Change is one attribute before and after, secrets hidden.
type Change struct{ Name, Before, After string }

// attribute is one property of a resource as the audit log tells it.
type attribute struct {
	name  string
	value string // as it may be shown
	raw   string // compared in place of value if the shown value hides something
}

func secretAttribute(name, raw string) attribute {
	return attribute{name: name, value: Secret(raw).String(), raw: raw}
}

// diff lists what differs. Both lists name the same attributes in the same
// order; nil stands for a resource that does not exist.
func diff(before, after []attribute) []Change {
	before, after = orBlank(before, after), orBlank(after, before)
	var changes []Change
	for i, b := range before {
		if a := after[i]; b.value != a.value || b.raw != a.raw {
			changes = append(changes, Change{Name: b.name, Before: b.value, After: a.value})
		}
	}
	return changes
}

// orBlank is list, or the names of other without values if list is nil.
func orBlank(list, other []attribute) []attribute {
	if list != nil {
		return list
	}
	blank := make([]attribute, len(other))
	for i, a := range other {
		blank[i].name = a.name
	}
	return blank
}

// describe tells a change in one line of a message.
func describe(changes []Change) string {
	if len(changes) == 0 {
		return "nothing changed"
	}
	parts := make([]string, len(changes))
	for i, c := range changes {
		switch c.Before {
		case "":
			parts[i] = c.Name + ": " + c.After
		case c.After:
			parts[i] = c.Name + " replaced"
		default:
			parts[i] = c.Name + ": " + c.Before + " → " + c.After
		}
	}
	return strings.Join(parts, "; ")
}
