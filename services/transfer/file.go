package transfer

import "time"

// FileState is where the file of an upload field stands.
type FileState string

// States of files.
const (
	FilePending FileState = "PENDING" // waits for being fetched
	FileStored  FileState = "STORED"  // its content is here
	FileFailed  FileState = "FAILED"  // given up; the record stays
)

// StoredFile is an upload field with what became of its file.
type StoredFile struct {
	File
	State       FileState
	SHA256      string // hexadecimal; the name of the content
	Size        int64  // bytes
	ContentType string
	Token       string // unguessable, part of the URL under which peers fetch it
	Attempts    int
	NextTry     time.Time
	Message     string // why the last attempt failed, for people
	UpdatedAt   time.Time
}
