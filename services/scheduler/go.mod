module github.com/edensync/edensync/services/scheduler

go 1.26.0

require (
	github.com/edensync/edensync/internal v0.0.0
	github.com/edensync/edensync/proto v0.0.0
)

replace (
	github.com/edensync/edensync/internal => ../../internal
	github.com/edensync/edensync/proto => ../../proto
)
