module github.com/edensync/edensync/proto

go 1.26.0
