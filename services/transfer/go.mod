module github.com/edensync/edensync/services/transfer

go 1.26.0

require (
	github.com/edensync/edensync/internal v0.0.0
	github.com/edensync/edensync/proto v0.0.0
	github.com/edensync/edensync/s3xml v0.0.0
)

require (
	github.com/cenkalti/backoff/v5 v5.0.3 // indirect
	github.com/google/go-cmp v0.7.0 // indirect
	github.com/klauspost/compress v1.20.3 // indirect
	golang.org/x/net v0.62.0 // indirect
)

replace (
	github.com/edensync/edensync/internal => ../../internal
	github.com/edensync/edensync/proto => ../../proto
	github.com/edensync/edensync/s3xml => ../../s3xml
)
