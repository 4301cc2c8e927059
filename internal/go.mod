module github.com/edensync/edensync/internal

go 1.26.0

require (
	github.com/edensync/edensync/proto v0.0.0
)

replace (
	github.com/edensync/edensync/proto => ../proto
)
