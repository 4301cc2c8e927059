package storetest_test

import (
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/policy"
)

// reject is an open reject of an incoming record.
func reject(repository, uid, reason string) *transfer.Item {
	return &transfer.Item{
		RunID: "run-1", RepositoryID: repository, Task: office, Direction: transfer.Pull, Key: key(office, uid),
		Outcome: policy.Rejected, Reason: reason, Message: "because", State: transfer.Open,
		Incoming: transfer.Side{XML: []byte("<resource/>")},
	}
}
