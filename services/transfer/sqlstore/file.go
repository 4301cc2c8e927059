package sqlstore

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
)

// fileColumns are the columns of file in the order that fileArgs and scanFile have.
var fileColumns = []string{
	"resource", "uid", "field", "url", "filename", "repository_id", "state", "sha256", "size", "content_type", "token",
	"attempts", "next_try", "message", "updated_at",
}

var fileText = strings.Join(fileColumns, ", ")

// AddFiles is documented at engine.Tx. A file that is here already, or waits already, under the same URL of the
// same repository stays as it is; a failed one is tried again.
func (t *tx) AddFiles(ctx context.Context, files []transfer.File) error {
	type place struct {
		key   transfer.Key
		field string
	}
	last := map[place]int{}
	var rows [][]any
	for _, f := range files {
		token, err := newToken()
		if err != nil {
			return err
		}
		row := []any{
			f.Key.Resource, f.Key.UID, f.Field, clean(f.URL), clean(f.Filename), f.RepositoryID, string(transfer.FilePending), "", 0, "",
			token, 0, sqldb.MicrosOf(t.now), "", sqldb.MicrosOf(t.now),
		}
		if i, ok := last[place{f.Key, f.Field}]; ok {
			rows[i] = row
			continue
		}
		last[place{f.Key, f.Field}] = len(rows)
		rows = append(rows, row)
	}
	var sets []string
	for _, c := range fileColumns[3:] {
		sets = append(sets, c+" = excluded."+c)
	}
	return insert(ctx, t.q, "file", fileColumns, "ON CONFLICT (resource, uid, field) DO UPDATE SET "+strings.Join(sets, ", ")+
		" WHERE file.url <> excluded.url OR file.repository_id <> excluded.repository_id OR file.state = 'FAILED'", rows)
}

// newToken is 32 random bytes in the alphabet of URLs.
func newToken() (string, error) {
	var b [32]byte
	if _, err := rand.Read(b[:]); err != nil {
		return "", fmt.Errorf("make a token for a file: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

func readFiles(ctx context.Context, q sqldb.Querier, rest string, args ...any) (files []*transfer.StoredFile, err error) {
	err = each(ctx, q, func(rows *sqlx.Rows) error {
		var f transfer.StoredFile
		var next, updated sqldb.Micros
		err := rows.Scan(&f.Key.Resource, &f.Key.UID, &f.Field, &f.URL, &f.Filename, &f.RepositoryID, &f.State, &f.SHA256, &f.Size,
			&f.ContentType, &f.Token, &f.Attempts, &next, &f.Message, &updated)
		f.NextTry, f.UpdatedAt = next.Time(), updated.Time()
		files = append(files, &f)
		return err
	}, "SELECT "+fileText+" FROM file "+rest, args...)
	return files, err
}

// PendingFiles are files whose next attempt is due, those that wait longest first.
func (s *Store) PendingFiles(ctx context.Context, limit int) ([]*transfer.StoredFile, error) {
	files, err := readFiles(ctx, s.db, "WHERE state = 'PENDING' AND next_try <= ? ORDER BY next_try, resource, uid, field LIMIT ?",
		sqldb.MicrosOf(s.now()), limit)
	if err != nil {
		return nil, fmt.Errorf("read files to fetch: %w", err)
	}
	return files, nil
}

// Files are the upload fields of records with what became of them, in order of keys and fields.
func (s *Store) Files(ctx context.Context, keys []transfer.Key) (files []*transfer.StoredFile, err error) {
	for _, g := range groups(keys) {
		cond, arg := inList(s.db.Dialect(), "uid", g.uids)
		some, err := readFiles(ctx, s.db, "WHERE resource = ? AND "+cond+" ORDER BY uid, field", g.resource, arg)
		if err != nil {
			return nil, fmt.Errorf("read files of %d records of %s: %w", len(g.uids), g.resource, err)
		}
		files = append(files, some...)
	}
	return files, nil
}

// FileByToken is the stored file that peers fetch by its token. Error: NOT_FOUND.
func (s *Store) FileByToken(ctx context.Context, token string) (*transfer.StoredFile, error) {
	files, err := readFiles(ctx, s.db, "WHERE token = ? AND state = 'STORED'", token)
	if err == nil && len(files) == 0 {
		err = sqldb.ErrNotFound
	}
	if err != nil {
		return nil, notFound(err, "file", "")
	}
	return files[0], nil
}

// SaveFile notes that the content of a file is here: f.SHA256, f.Size and f.ContentType are stored. current is
// false when the record got another file meanwhile; the content is then not wanted any more.
func (s *Store) SaveFile(ctx context.Context, f *transfer.StoredFile) (current bool, err error) {
	return s.changeFile(ctx, f, "state = 'STORED', sha256 = ?, size = ?, content_type = ?, message = '', attempts = attempts + 1",
		f.SHA256, f.Size, clean(f.ContentType))
}

// FailFile notes a failed attempt with its reason for people. The file is tried again at next; a zero next gives
// it up. current is as for SaveFile.
func (s *Store) FailFile(ctx context.Context, f *transfer.StoredFile, message string, next time.Time) (current bool, err error) {
	state := transfer.FilePending
	if next.IsZero() {
		state = transfer.FileFailed
	}
	return s.changeFile(ctx, f, "state = ?, message = ?, next_try = ?, attempts = attempts + 1",
		string(state), clean(message), sqldb.MicrosOf(next))
}

// changeFile changes a file that still waits for the content that was asked for.
func (s *Store) changeFile(ctx context.Context, f *transfer.StoredFile, set string, args ...any) (bool, error) {
	args = append(args, sqldb.MicrosOf(s.now()), f.Key.Resource, f.Key.UID, f.Field, f.Token)
	result, err := s.db.Exec(ctx, "UPDATE file SET "+set+
		", updated_at = ? WHERE resource = ? AND uid = ? AND field = ? AND token = ? AND state = 'PENDING'", args...)
	if err != nil {
		return false, fmt.Errorf("note what became of file %s of %s %s: %w", f.Field, f.Key.Resource, f.Key.UID, err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// ContentUsed tells whether any upload field still refers to a stored content.
func (s *Store) ContentUsed(ctx context.Context, sha256 string) (used bool, err error) {
	if err := s.db.Get(ctx, &used, "SELECT EXISTS (SELECT 1 FROM file WHERE sha256 <> '' AND sha256 = ?)", sha256); err != nil {
		return false, fmt.Errorf("look for uses of content %s: %w", sha256, err)
	}
	return used, nil
}
