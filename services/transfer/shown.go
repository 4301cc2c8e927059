package transfer

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
)

// Selection is a part of the records of a resource: those that pass all filters and, with MadeHere, were made at this
// site. The zero value is all of them.
type Selection struct {
	Filters  []Filter `json:"filters,omitempty"`
	MadeHere bool     `json:"madeHere,omitempty"`
}

// Everything tells whether the selection leaves nothing out.
func (s Selection) Everything() bool { return len(s.Filters) == 0 && !s.MadeHere }

// String is the selection as it is stored; the order of its filters does not matter. Empty = everything.
func (s Selection) String() string {
	if s.Everything() {
		return ""
	}
	s.Filters = slices.Clone(s.Filters)
	slices.SortFunc(s.Filters, func(a, b Filter) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Query, b.Query))
	})
	text, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("write a selection: %v", err)) // texts and a switch can always be written
	}
	return string(text)
}

// ParseSelection reads what String has written.
func ParseSelection(text string) (s Selection, err error) {
	if text == "" {
		return s, nil
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return s, fmt.Errorf("selection %.60q: %w", text, err)
	}
	return s, nil
}

// Shown says that a repository has seen every change up to a change number, as far as a selection goes. What it has
// seen of everything stands in Cursor.SyncSeq.
type Shown struct {
	Selection Selection
	Seq       int64
}
