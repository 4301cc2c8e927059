package rpc

import (
	"context"
	"net"
	"sync"

	"google.golang.org/grpc/test/bufconn"
)

// Memory is the network inside one process: listeners with names instead of
// ports. Servers and clients may come in any order; a call to a name that
// nobody serves yet waits.
type Memory struct {
	mu        sync.Mutex
	listeners map[string]*memoryListener
}

// memoryBuffer is how much either side of a connection may send before the other one has read it, in bytes. Each connection
// holds two of them as long as it is there.
const memoryBuffer = 32 << 10

// NewMemory makes an empty network.
func NewMemory() *Memory { return &Memory{listeners: map[string]*memoryListener{}} }

// Listener is the listener of that name. Once closed, the name can be listened
// to again.
func (m *Memory) Listener(name string) net.Listener { return m.get(name) }

func (m *Memory) get(name string) *memoryListener {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, ok := m.listeners[name]
	if !ok {
		l = &memoryListener{Listener: bufconn.Listen(memoryBuffer), memory: m, name: name}
		m.listeners[name] = l
	}
	return l
}

func (m *Memory) dial(ctx context.Context, name string) (net.Conn, error) {
	return m.get(name).DialContext(ctx)
}

type memoryListener struct {
	*bufconn.Listener
	memory *Memory
	name   string
}

// Close ends the listener and frees its name.
func (l *memoryListener) Close() error {
	l.memory.mu.Lock()
	defer l.memory.mu.Unlock()
	if l.memory.listeners[l.name] == l {
		delete(l.memory.listeners, l.name)
	}
	return l.Listener.Close()
}
