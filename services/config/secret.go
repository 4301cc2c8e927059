package config

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// hidden stands for a secret wherever people or logs could see it.
const hidden = "•••"

// Secret is a text that must not be shown: formatting it gives dots.
type Secret string

// String hides the secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the secret from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal is the secret itself, for the one place that needs it.
func (s Secret) Reveal() string { return string(s) }

// tokenPrefix lets people and secret scanners recognise a token of edensync.
const tokenPrefix = "edst_"

// newOpaque makes a secret of 256 random bits in base64url.
func newOpaque(prefix string) (Secret, error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("make a random secret: %w", err)
	}
	return Secret(prefix + base64.RawURLEncoding.EncodeToString(raw)), nil
}

// hashOf is what is stored of a random secret. The secret has too many bits to
// be guessed, so a fast hash is enough.
func hashOf(secret Secret) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// codeAlphabet leaves out letters that are mistaken for digits or each other.
const codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// codeMistakes maps what people read instead.
var codeMistakes = strings.NewReplacer("O", "0", "I", "1", "L", "1", "U", "V", "-", "", " ", "")

// NewSetupCode makes a one-time code of 80 random bits that a person can type:
// four groups of four characters.
func NewSetupCode() (Secret, error) {
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("make a setup code: %w", err)
	}
	var code strings.Builder
	for i, b := range raw {
		if i > 0 && i%4 == 0 {
			code.WriteByte('-')
		}
		code.WriteByte(codeAlphabet[b&31])
	}
	return Secret(code.String()), nil
}

// hashOfCode is what is stored of a setup code; how it was typed does not matter.
func hashOfCode(code string) string {
	return hashOf(Secret(codeMistakes.Replace(strings.ToUpper(code))))
}
