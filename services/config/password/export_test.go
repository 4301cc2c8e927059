package password

// Occupy takes one slot of h until the returned function is called.
func Occupy(h *Hasher) func() {
	h.slots <- struct{}{}
	return h.leave
}
