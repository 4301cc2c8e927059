package s3xml

// A bookmark is a processing instruction between records of a document: whoever has everything in front of it can go on
// from there later by what it says. It is an addition of edensync. Whoever does not know it skips it, as XML says.
const (
	bookmarkTarget   = "edensync-cursor"
	maxBookmarkBytes = 1024
)

// AppendBookmark appends a bookmark, which may stand between top-level records. The text has no white space at its
// beginning and holds neither "?>" nor characters that XML does not allow.
func AppendBookmark(dst []byte, text string) []byte {
	dst = append(dst, "<?"+bookmarkTarget+" "...)
	dst = append(dst, text...)
	return append(dst, "?>"...)
}
