// Package password turns passwords into argon2id hashes and checks them. One
// check takes 19 MiB and some 50 ms on purpose; how many run at once is capped,
// so that a flood of sign-ins costs time, not the machine.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost is what one hash takes.
type Cost struct {
	MemoryKiB uint32 // memory in KiB
	Passes    uint32 // passes over the memory
}

// Usual is the cost in production: 19 MiB, two passes.
var Usual = Cost{MemoryKiB: 19 * 1024, Passes: 2}

const (
	saltBytes = 16
	hashBytes = 32
	// maxMemoryKiB and maxPasses bound what a stored hash may demand.
	maxMemoryKiB = 256 * 1024
	maxPasses    = 16
)

// ErrMalformed says that a stored text is no hash made by this package.
var ErrMalformed = errors.New("stored password hash is malformed")

// Hasher hashes and checks with bounded concurrency.
type Hasher struct {
	cost  Cost
	slots chan struct{}
	decoy string
}

// NewHasher makes a hasher; concurrent is how many hashes may be computed at once (at least 1).
func NewHasher(cost Cost, concurrent int) *Hasher {
	h := &Hasher{cost: cost, slots: make(chan struct{}, max(1, concurrent))}
	h.decoy = encode(cost, make([]byte, saltBytes), make([]byte, hashBytes))
	return h
}

// Hash makes a salted hash in PHC form. It waits for a slot as long as ctx allows.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	return encode(h.cost, salt, derive(h.cost, salt, password)), nil
}

// Verify tells whether password belongs to the stored hash. An empty hash
// stands for an account that does not exist: the work is done all the same, so
// that the time of the answer does not tell, and the result is false.
func (h *Hasher) Verify(ctx context.Context, stored, password string) (bool, error) {
	exists := stored != ""
	if !exists {
		stored = h.decoy
	}
	cost, salt, want, err := decode(stored)
	if err != nil {
		return false, err
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	return subtle.ConstantTimeCompare(derive(cost, salt, password), want) == 1 && exists, nil
}

func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for a free password check: %w", ctx.Err())
	}
}

// large is from how many KiB on it pays to give memory back.
const large = 4 * 1024

// leave gives the memory back to the system with the last of the checks that run at once: it would be a large part of what
// a small site ever takes, and the collector would let as much garbage again grow beside it.
func (h *Hasher) leave() {
	if len(h.slots) == 1 && h.cost.MemoryKiB >= large {
		debug.FreeOSMemory()
	}
	<-h.slots
}

func derive(cost Cost, salt []byte, password string) []byte {
	return argon2.IDKey([]byte(password), salt, cost.Passes, cost.MemoryKiB, 1, hashBytes)
}

func encode(cost Cost, salt, hash []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s",
		argon2.Version, cost.MemoryKiB, cost.Passes, b64.EncodeToString(salt), b64.EncodeToString(hash))
}

func decode(stored string) (cost Cost, salt, hash []byte, err error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost, nil, nil, ErrMalformed
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &cost.MemoryKiB, &cost.Passes); n != 2 || err != nil {
		return cost, nil, nil, ErrMalformed
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	hash, hashErr := base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || hashErr != nil || len(salt) != saltBytes || len(hash) != hashBytes || !cost.sane() {
		return cost, nil, nil, ErrMalformed
	}
	return cost, salt, hash, nil
}

func (c Cost) sane() bool {
	return c.MemoryKiB >= 8 && c.MemoryKiB <= maxMemoryKiB && c.Passes >= 1 && c.Passes <= maxPasses
}
