package peer

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/edensync/edensync/services/transfer"
)

// envelope is the JSON message that Eden answers with. Each field is read for itself and a field of another type
// than expected counts as absent: a remote's slip in one must not hide what the others say.
type envelope struct {
	Status   string
	Message  string
	Sender   string
	Records  int64
	Created  int
	Updated  int
	Deleted  int
	Tree     json.RawMessage
	Outcomes []Outcome
	Counts   *transfer.Counts
	Position transfer.Position
}

// UnmarshalJSON accepts any JSON object.
func (e *envelope) UnmarshalJSON(text []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		return err
	}
	*e = envelope{
		Status:  strings.ToLower(textOf(raw["status"])),
		Message: textOf(raw["message"]),
		Sender:  textOf(raw["sender"]),
		Records: numberOf(raw["records"]),
		Created: countOf(raw["created"]),
		Updated: countOf(raw["updated"]),
		Deleted: countOf(raw["deleted"]),
		Tree:    raw["tree"],
	}
	if json.Unmarshal(raw["outcomes"], &e.Outcomes) != nil {
		e.Outcomes = nil
	}
	if json.Unmarshal(raw["counts"], &e.Counts) != nil {
		e.Counts = nil
	}
	if at, err := transfer.ParsePosition(textOf(raw["position"])); err == nil {
		e.Position = at
	}
	return nil
}

func textOf(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

func numberOf(raw json.RawMessage) int64 {
	n, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// countOf is the length of a list of record ids; Eden leaves the list out when it is empty.
func countOf(raw json.RawMessage) int {
	var ids []json.RawMessage
	if json.Unmarshal(raw, &ids) != nil {
		return 0
	}
	return len(ids)
}
