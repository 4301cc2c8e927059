package config

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/edensync/edensync/internal/apierr"
)

// findings collects everything that is wrong with a request, so that a person
// can mend it in one go.
type findings []apierr.Field

func (f *findings) add(name, message string) {
	*f = append(*f, apierr.Field{Name: name, Message: message})
}

func (f *findings) unless(ok bool, name, message string) {
	if !ok {
		f.add(name, message)
	}
}

// err is nil if nothing was found.
func (f findings) err() error {
	if len(f) == 0 {
		return nil
	}
	return apierr.Invalid(f...)
}

// plainText tells whether text is valid UTF-8 on one line, without control
// characters, and without blanks around it.
func plainText(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, unicode.IsControl) && text == strings.TrimSpace(text)
}

// fold is the form of a name in which upper and lower case are alike; names
// are compared, searched and sorted by it.
func fold(text string) string { return strings.ToLower(text) }

// Fold is fold for the store, which keeps it in a column of its own.
func Fold(text string) string { return fold(text) }
