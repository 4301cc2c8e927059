module github.com/edensync/edensync/services/config

go 1.26.0

require (
	github.com/edensync/edensync/internal v0.0.0
	github.com/edensync/edensync/proto v0.0.0
	github.com/tink-crypto/tink-go/v2 v2.9.0
	golang.org/x/crypto v0.58.0
)

require (
	golang.org/x/sys v0.49.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace (
	github.com/edensync/edensync/internal => ../../internal
	github.com/edensync/edensync/proto => ../../proto
)
