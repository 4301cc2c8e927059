module github.com/edensync/edensync/cmd/edensync

go 1.26.0

require (
	github.com/edensync/edensync/gateway v0.0.0
	github.com/edensync/edensync/internal v0.0.0
	google.golang.org/genproto/googleapis/rpc v0.0.0-20261104224025-d1e00e9f33ab
	google.golang.org/grpc v1.85.0
	google.golang.org/protobuf v1.36.12
)

require (
	github.com/edensync/edensync/proto v0.0.0 // indirect
	github.com/grpc-ecosystem/grpc-gateway/v2 v2.33.0 // indirect
	golang.org/x/net v0.62.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	google.golang.org/genproto/googleapis/api v0.0.0-20261026165753-2ffab32bce7e // indirect
)

replace (
	github.com/edensync/edensync/gateway => ../../gateway
	github.com/edensync/edensync/internal => ../../internal
	github.com/edensync/edensync/proto => ../../proto
	github.com/edensync/edensync/s3xml => ../../s3xml
	github.com/edensync/edensync/services/audit => ../../services/audit
	github.com/edensync/edensync/services/config => ../../services/config
	github.com/edensync/edensync/services/scheduler => ../../services/scheduler
	github.com/edensync/edensync/services/transfer => ../../services/transfer
)
