package inbound

// direct is {base}/prefix/name/sync.xml, the URL of one resource. It is the only one where an Eden honours all
// parameters, and so does edensync: a pull may be sliced by start and limit, and deleted records come only when
// include_deleted asks for them.
func (c *call) direct() error {
	return c.exchange(true)
}
