package sqldb

import (
	"errors"
	"fmt"
	"sync"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"
)

// All SQLite connections of a process share the memory for so many pages: whoever works has them, and only a transaction
// that needs more at the same time gets more. Twice as many make an import no faster.
const (
	cachedPages = 768
	pageSize    = 4096 // what a new file gets
	pageHead    = 272  // what SQLite puts beside each page; a page with more would not go in
)

// sharePages gives SQLite that memory in one piece. Otherwise it would allocate each page by itself, and the allocator of
// the translated library rounds page and head up to 8 KiB. It has to be done before the process opens its first connection.
var sharePages = sync.OnceValue(func() error {
	const word, slot = 8, pageSize + pageHead
	tls := libc.NewTLS()
	defer tls.Close()
	arguments := libc.Xmalloc(tls, 3*word)
	defer libc.Xfree(tls, arguments)
	pages := libc.Xmalloc(tls, slot*cachedPages) // SQLite has it until the process ends
	if arguments == 0 || pages == 0 {
		return errors.New("share the page cache of SQLite: no memory")
	}
	status := sqlite3.Xsqlite3_config(tls, sqlite3.SQLITE_CONFIG_PAGECACHE, libc.VaList(arguments, pages, int32(slot), int32(cachedPages)))
	if status != sqlite3.SQLITE_OK {
		return fmt.Errorf("share the page cache of SQLite: status %d", status)
	}
	return nil
})
