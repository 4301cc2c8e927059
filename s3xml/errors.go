package s3xml

import (
	"fmt"
	"io"
)

// SyntaxError says that a document is not well-formed XML, or uses XML that S3XML has no place for (document
// types, entities, namespaces of known elements). Line and Column count from 1, Column and Offset in bytes.
// If the document breaks off, errors.Is(err, io.ErrUnexpectedEOF).
type SyntaxError struct {
	Line, Column int
	Offset       int64
	Msg          string

	truncated bool
}

// Error names the place and what is wrong there.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("s3xml: line %d, column %d (byte %d): %s", e.Line, e.Column, e.Offset, e.Msg)
}

// Unwrap returns [io.ErrUnexpectedEOF] if the document breaks off.
func (e *SyntaxError) Unwrap() error {
	if e.truncated {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// LimitError says that a document exceeds one of the [Limits]: Limit is the name of the field of Limits
// (or NameBytes or Namespaces, which are fixed), Max its value, Offset where in the document.
type LimitError struct {
	Limit  string
	Max    int64
	Offset int64
}

// Error names the limit and its value.
func (e *LimitError) Error() string {
	return fmt.Sprintf("s3xml: byte %d: the document exceeds the limit %s = %d", e.Offset, e.Limit, e.Max)
}

// Guess is what an answer that is not XML looks like.
type Guess uint8

// What a [NotXMLError] can have seen.
const (
	// GuessText is anything that begins with none of the below.
	GuessText Guess = iota
	// GuessEmpty is no byte, or white space only.
	GuessEmpty
	// GuessJSON begins with a brace or a bracket: Eden's answer to a request that it refuses.
	GuessJSON
	// GuessHTML is a web page: a login form, an error page, a proxy's message.
	GuessHTML
)

// String is the guess for people.
func (g Guess) String() string {
	switch g {
	case GuessEmpty:
		return "empty"
	case GuessJSON:
		return "JSON"
	case GuessHTML:
		return "an HTML page"
	default:
		return "no XML"
	}
}

// NotXMLError says that the input is not an XML document at all. Head holds its first bytes, at most 4096.
type NotXMLError struct {
	Guess Guess
	Head  []byte
}

// Error tells what the input looks like and how it begins.
func (e *NotXMLError) Error() string {
	if e.Guess == GuessEmpty {
		return "s3xml: expected an S3XML document, the input is empty"
	}
	return fmt.Sprintf("s3xml: expected an S3XML document, the input is %s: %q", e.Guess, shorten(string(e.Head)))
}
