package inbound

import (
	"net/http"
	"time"

	"github.com/edensync/edensync/internal/apierr"
	"github.com/edensync/edensync/services/transfer"
)

// exchangeMethods are the methods of the synchronization URLs. DELETE, by which an Eden deletes the whole table, is
// none of them.
const exchangeMethods = "GET, POST, PUT"

// sync is {base}/sync/sync.xml: GET pulls, POST and PUT push the resource that the query names.
func (c *call) sync() error {
	return c.exchange(false)
}

// exchange carries out a pull or a push. direct tells that the path named the resource.
func (c *call) exchange(direct bool) error {
	pulls := c.r.Method == http.MethodGet
	if !pulls && c.r.Method != http.MethodPost && c.r.Method != http.MethodPut {
		return methodNotAllowed(exchangeMethods)
	}
	if c.unread != nil {
		return c.unread
	}
	if !direct {
		c.resource = c.query.get("resource")
	}
	if err := c.checkResource(); err != nil {
		return err
	}
	if err := c.identify(); err != nil {
		return err
	}
	if c.repository.Paused {
		return onPause(c.repository)
	}
	if pulls {
		return c.pull(direct)
	}
	return c.push()
}

// pauseWait is when a peer may ask again whether a pause is over; a person decides that.
const pauseWait = 5 * time.Minute

// onPause sends the peer away for a while: it keeps what it has, and goes on where it was.
func onPause(r transfer.Repository) *refusal {
	refused := refuse(http.StatusServiceUnavailable, ActionCheck, apierr.ReasonRepositoryPaused,
		"synchronization with %s is paused at this site; nothing was done, it goes on when it is resumed here", r.Name)
	refused.retryAfter = pauseWait
	return refused
}

// checkResource refuses what is no table, and tables that stay at their site.
func (c *call) checkResource() error {
	switch {
	case c.resource == "" || c.resource == resourceMixed:
		r := refuse(http.StatusBadRequest, ActionCheck, apierr.ReasonUnimplemented, "Mixed resource synchronization not supported")
		r.resource = resourceMixed
		return r
	case !transfer.ValidResource(c.resource):
		r := refuse(http.StatusBadRequest, ActionCheck, apierr.ReasonInvalidArgument,
			"Invalid request: %.60q is no table name; write prefix_name", c.resource)
		r.resource = resourceNone
		return r
	case transfer.KeptOut(c.resource, c.site.Exposed):
		return forbidden(apierr.ReasonResourceProtected,
			"%s stays at its site: accounts, synchronization and scheduler tables are exchanged only if an administrator lists them", c.resource)
	default:
		return nil
	}
}
