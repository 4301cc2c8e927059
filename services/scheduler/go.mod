module github.com/edensync/edensync/services/scheduler

go 1.26.0

require (
	github.com/edensync/edensync/internal v0.0.0
	github.com/edensync/edensync/proto v0.0.0
	github.com/google/go-cmp v0.7.0
	pgregory.net/rapid v1.3.0
)

replace (
	github.com/edensync/edensync/internal => ../../internal
	github.com/edensync/edensync/proto => ../../proto
)
