package sqlstore_test

import (
	"github.com/edensync/edensync/services/transfer/engine"
	"github.com/edensync/edensync/services/transfer/grpcapi"
	"github.com/edensync/edensync/services/transfer/sqlstore"
)

// The store serves the engine and the API.
var (
	_ engine.Store  = (*sqlstore.Store)(nil)
	_ grpcapi.Store = (*sqlstore.Store)(nil)
)
