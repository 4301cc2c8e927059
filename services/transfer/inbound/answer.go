package inbound

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// envelope is the JSON message by which an Eden answers everything but a pull. The order of the fields is Eden's.
type envelope struct {
	Status     string `json:"status"`     // success or failed
	StatusCode string `json:"statuscode"` // digits; may differ from the HTTP status
	Message    string `json:"message,omitempty"`
	Records    *int64 `json:"records,omitempty"` // accepted records of the requested resource
	// Created, Updated and Deleted are arrays of numbers, one for each record. An Eden puts its row ids there;
	// edensync has none, so these are running numbers that mean nothing beyond this answer. At most maxNumbers.
	Created []int64               `json:"created,omitempty"`
	Updated []int64               `json:"updated,omitempty"`
	Deleted []int64               `json:"deleted,omitempty"`
	Tree    map[string][]rejected `json:"tree,omitempty"` // rejected records, by "$_" and their table
	Sender  string                `json:"sender,omitempty"`

	// The rest is only for edensyncs.

	Counts          *ledger   `json:"counts,omitempty"`
	Outcomes        []outcome `json:"outcomes,omitempty"`
	OutcomesOmitted int64     `json:"outcomesOmitted,omitempty"` // how many did not fit into Outcomes
	Position        string    `json:"position,omitempty"`        // of this site, which has stored what it took; see HeaderPosition
}

// rejected is an element of the tree: attributes of the record in Eden's JSON form.
type rejected struct {
	UUID       string `json:"@uuid"`
	Error      string `json:"@error"`
	ModifiedOn string `json:"@modified_on,omitempty"`
}

// ledger counts what became of all records in a document; the first is the sum of the others.
type ledger struct {
	Received  int64 `json:"received"`
	Created   int64 `json:"created"`
	Updated   int64 `json:"updated"`
	Deleted   int64 `json:"deleted"`
	Unchanged int64 `json:"unchanged"`
	Skipped   int64 `json:"skipped"`
	Conflict  int64 `json:"conflict"`
	Rejected  int64 `json:"rejected"`
}

// outcome is what became of one record that was not plainly applied.
type outcome struct {
	Resource string `json:"resource"`
	UID      string `json:"uid"`
	Outcome  string `json:"outcome"` // SKIPPED, CONFLICT or REJECTED
	Reason   string `json:"reason"`
	Message  string `json:"message,omitempty"`
}

const (
	statusSuccess = "success"
	statusFailed  = "failed"
)

func success(message string) envelope {
	return envelope{Status: statusSuccess, StatusCode: "200", Message: message}
}

func (r *refusal) envelope() envelope {
	code := r.code
	if code == "" {
		code = strconv.Itoa(r.status)
	}
	return envelope{Status: statusFailed, StatusCode: code, Message: r.message, Sender: r.sender}
}

// writeJSON answers with a whole document of known length. It returns the bytes written.
func writeJSON(w http.ResponseWriter, status int, answer envelope) (int64, error) {
	body, err := json.Marshal(answer)
	if err != nil {
		return 0, fmt.Errorf("encode the answer: %w", err)
	}
	return writeBody(w, status, "application/json", body)
}

func writeBody(w http.ResponseWriter, status int, contentType string, body []byte) (int64, error) {
	header := w.Header()
	header.Set("Content-Type", contentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	n, err := w.Write(body)
	if err != nil {
		return int64(n), fmt.Errorf("send the answer: %w", err)
	}
	return int64(n), nil
}

// writeRefusal answers with an envelope; only a missing sign-in is plain text, as in Eden.
func writeRefusal(w http.ResponseWriter, r *refusal) (int64, error) {
	if r.retryAfter > 0 {
		w.Header().Set("Retry-After", seconds(r.retryAfter))
	}
	if r.allow != "" {
		w.Header().Set("Allow", r.allow)
	}
	if r.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="edensync"`)
		return writeBody(w, r.status, "text/plain; charset=utf-8", []byte(r.message))
	}
	return writeJSON(w, r.status, r.envelope())
}

// seconds is a duration for Retry-After, rounded up.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64(math.Ceil(d.Seconds())), 10)
}
