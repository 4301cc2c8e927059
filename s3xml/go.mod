module github.com/edensync/edensync/s3xml

go 1.26.0
