package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"github.com/edensync/edensync/internal/sqldb"
	"github.com/edensync/edensync/services/transfer"
	"github.com/edensync/edensync/services/transfer/engine"
)

// Trees is documented at engine.Store.
func (s *Store) Trees(ctx context.Context, query engine.TreeQuery) (trees []*transfer.Tree, err error) {
	err = s.db.ReadTx(ctx, func(q *sqldb.Tx) error {
		if query.NotOrigin == "" {
			trees, err = pickTrees(ctx, q, query)
			return err
		}
		picked, err := pickAll(ctx, q, query, query.Limit)
		if err != nil {
			return err
		}
		trees, err = treesOf(ctx, q, keysOf(picked), query.WithDeleted)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read a page of %s above %d: %w", query.Resource, max(query.After, query.Position), err)
	}
	return trees, nil
}

// pickTrees reads a page of which nothing is left out: its masters with their content at once.
func pickTrees(ctx context.Context, q sqldb.Querier, query engine.TreeQuery) (trees []*transfer.Tree, err error) {
	sel, err := selectionOf(ctx, q, query)
	if err != nil {
		return nil, err
	}
	text, args := sel.text(fullColumns, noLimit(query.Limit), query.Offset)
	err = each(ctx, q, func(rows *sqlx.Rows) error {
		r, err := scanRecord(rows, true)
		if err == nil {
			trees = append(trees, &transfer.Tree{Record: *r})
		}
		return err
	}, text, args...)
	if err != nil {
		return nil, err
	}
	return trees, grow(ctx, q, trees, query.WithDeleted)
}

// TreesOf is documented at engine.Store. Deleted components are part of it.
func (s *Store) TreesOf(ctx context.Context, keys []transfer.Key) (trees []*transfer.Tree, err error) {
	err = s.db.ReadTx(ctx, func(q *sqldb.Tx) error {
		trees, err = treesOf(ctx, q, keys, true)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read %d records with their components: %w", len(keys), err)
	}
	return trees, nil
}

// NextPage is documented at engine.Store.
func (s *Store) NextPage(ctx context.Context, query engine.TreeQuery, limit int) (page engine.Page, err error) {
	page, err = nextPage(ctx, s.db, query, limit)
	if err != nil {
		return page, fmt.Errorf("measure a page of %s above %d: %w", query.Resource, max(query.After, query.Position), err)
	}
	return page, nil
}

// TreesOf is documented at engine.Reader.
func (r reader) TreesOf(ctx context.Context, keys []transfer.Key) ([]*transfer.Tree, error) {
	trees, err := treesOf(ctx, r.q, keys, true)
	if err != nil {
		return nil, fmt.Errorf("read %d records with their components: %w", len(keys), err)
	}
	return trees, nil
}

func keysOf(picked []pick) []transfer.Key {
	keys := make([]transfer.Key, len(picked))
	for i := range picked {
		keys[i] = picked[i].key
	}
	return keys
}

// treesOf reads records in the order of keys, each with its components.
func treesOf(ctx context.Context, q sqldb.Querier, keys []transfer.Key, withDeleted bool) ([]*transfer.Tree, error) {
	found, err := recordsOf(ctx, q, keys, true)
	if err != nil {
		return nil, err
	}
	trees := make([]*transfer.Tree, 0, len(found))
	for _, k := range keys {
		if r := found[k]; r != nil {
			trees = append(trees, &transfer.Tree{Record: *r})
			delete(found, k)
		}
	}
	return trees, grow(ctx, q, trees, withDeleted)
}

// node is a record on the way down a tree. The way up from it ends cycles.
type node struct {
	tree *transfer.Tree
	up   *node
}

// below tells whether the key is the node's own or that of something above it.
func (n *node) below(key transfer.Key) bool {
	for ; n != nil; n = n.up {
		if n.tree.Key == key {
			return true
		}
	}
	return false
}

// grow hangs the components below the records, level by level.
// Components stand in the order in which they first came.
func grow(ctx context.Context, q sqldb.Querier, roots []*transfer.Tree, withDeleted bool) error {
	level := make([]*node, len(roots))
	for i, root := range roots {
		level[i] = &node{tree: root}
	}
	for depth := 0; depth < maxDepth && len(level) > 0; depth++ {
		children, err := childrenOf(ctx, q, level, withDeleted)
		if err != nil {
			return err
		}
		var next []*node
		for _, n := range level {
			for _, child := range children[n.tree.Key] {
				if n.below(child.Key) {
					continue
				}
				tree := &transfer.Tree{Record: *child}
				n.tree.Components = append(n.tree.Components, tree)
				next = append(next, &node{tree: tree, up: n})
			}
		}
		level = next
	}
	return nil
}

func childrenOf(ctx context.Context, q sqldb.Querier, level []*node, withDeleted bool) (map[transfer.Key][]*transfer.Record, error) {
	keys := make([]transfer.Key, len(level))
	for i, n := range level {
		keys[i] = n.tree.Key
	}
	children := map[transfer.Key][]*transfer.Record{}
	cond := ""
	if !withDeleted {
		cond = " AND NOT deleted"
	}
	err := eachChild(ctx, q, keys, fullColumns, cond, func(rows *sqlx.Rows) error {
		r, err := scanRecord(rows, true)
		if err == nil {
			children[r.Parent] = append(children[r.Parent], r)
		}
		return err
	})
	for _, list := range children {
		slices.SortFunc(list, func(a, b *transfer.Record) int { return cmp.Compare(a.FirstSeq, b.FirstSeq) })
	}
	return children, err
}

// eachChild reads columns of the components of keys that meet a further condition, in any order, and others (see lookups).
func eachChild(ctx context.Context, q sqldb.Querier, keys []transfer.Key, columns, cond string, fn func(rows *sqlx.Rows) error) error {
	for _, l := range lookups(q.Dialect(), columns, "record", parents, cond, keys) {
		if err := each(ctx, q, fn, l.text, l.args...); err != nil {
			return fmt.Errorf("read the components of %d records: %w", len(keys), err)
		}
	}
	return nil
}
