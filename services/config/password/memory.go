package password

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// Limits of a Memory.
const (
	rememberFor = 5 * time.Minute
	maxKnown    = 4096
)

// Memory remembers for five minutes that a password fitted a stored hash. It
// keeps neither of them, only a keyed digest of both: whoever reads the memory
// of the process learns nothing that works elsewhere. A changed password has
// another hash, and an account that is gone has none, so nothing outlives them.
type Memory struct {
	now func() time.Time
	key [32]byte

	mu      sync.Mutex
	known   map[[32]byte]time.Time // until when
	running map[[32]byte]*check
}

// check is one that others may wait for.
type check struct {
	done chan struct{}
	ok   bool
	err  error
}

// NewMemory makes an empty memory; now is the clock.
func NewMemory(now func() time.Time) (*Memory, error) {
	m := &Memory{now: now, known: map[[32]byte]time.Time{}, running: map[[32]byte]*check{}}
	_, err := rand.Read(m.key[:])
	return m, err
}

// Once answers true if password fitted hash lately, and else what look says.
// Calls for the same at the same time share one look. An empty hash, which
// stands for no account, is never remembered.
func (m *Memory) Once(hash, password string, look func() (bool, error)) (bool, error) {
	if hash == "" {
		return look()
	}
	key := m.digest(hash, password)
	known, running, mine := m.enter(key)
	switch {
	case known:
		return true, nil
	case mine:
		// Even if look panics, nobody must wait for ever.
		defer m.leave(key, running)
		running.ok, running.err = look()
	default:
		<-running.done
	}
	return running.ok, running.err
}

func (m *Memory) digest(hash, password string) [32]byte {
	mac := hmac.New(sha256.New, m.key[:])
	mac.Write([]byte(hash))
	mac.Write([]byte{0})
	mac.Write([]byte(password))
	return [32]byte(mac.Sum(nil))
}

func (m *Memory) enter(key [32]byte) (known bool, running *check, mine bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if until, ok := m.known[key]; ok && m.now().Before(until) {
		return true, nil, false
	}
	if c, ok := m.running[key]; ok {
		return false, c, false
	}
	c := &check{done: make(chan struct{})}
	m.running[key] = c
	return false, c, true
}

func (m *Memory) leave(key [32]byte, c *check) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.running, key)
	if c.ok && c.err == nil {
		m.remember(key)
	}
	close(c.done)
}

func (m *Memory) remember(key [32]byte) {
	if len(m.known) >= maxKnown {
		m.forgetOld()
	}
	if len(m.known) < maxKnown {
		m.known[key] = m.now().Add(rememberFor)
	}
}

func (m *Memory) forgetOld() {
	now := m.now()
	for key, until := range m.known {
		if !now.Before(until) {
			delete(m.known, key)
		}
	}
}
