package sqlstore_test

import (
	"github.com/edensync/edensync/services/transfer/attachment"
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/grpcapi"
	"github.com/edensync/edensync/services/transfer/sqlstore"
)

// The store serves the engine, the API and the attachments.
var (
	_ engine.Store     = (*sqlstore.Store)(nil)
	_ grpcapi.Store    = (*sqlstore.Store)(nil)
	_ attachment.Store = (*sqlstore.Store)(nil)
	_ attachment.Names = (*sqlstore.Store)(nil)
)
