module github.com/edensync/edensync/e2e

go 1.26.0

require (
	github.com/edensync/edensync/cmd/edensync v0.0.0
	github.com/edensync/edensync/gateway v0.0.0
	github.com/edensync/edensync/internal v0.0.0
	github.com/edensync/edensync/proto v0.0.0
	github.com/edensync/edensync/s3xml v0.0.0
	github.com/edensync/edensync/services/audit v0.0.0
	github.com/edensync/edensync/services/config v0.0.0
	github.com/edensync/edensync/services/scheduler v0.0.0
	github.com/edensync/edensync/services/transfer v0.0.0
)

replace (
	github.com/edensync/edensync/cmd/edensync => ../cmd/edensync
	github.com/edensync/edensync/gateway => ../gateway
	github.com/edensync/edensync/internal => ../internal
	github.com/edensync/edensync/proto => ../proto
	github.com/edensync/edensync/s3xml => ../s3xml
	github.com/edensync/edensync/services/audit => ../services/audit
	github.com/edensync/edensync/services/config => ../services/config
	github.com/edensync/edensync/services/scheduler => ../services/scheduler
	github.com/edensync/edensync/services/transfer => ../services/transfer
)
