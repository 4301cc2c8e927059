// Package peer is the active side of Eden's wire: it pulls and pushes S3XML documents, registers this site at a
// remote, fetches the files behind upload fields and tests a connection. It knows HTTP and nothing of records:
// documents go in and out as bytes, what an answer means for the ledger is decided by its callers.
//
// Every failure is an *Error with a stable reason, except the end of the caller's context, which is returned as
// the context's cause.
//
// # What edensync adds to Eden's protocol
//
// All additions travel where a Sahana Eden ignores them.
//
//   - Each request carries "Edensync-Version: 1"; an edensync answers with the same header.
//   - A pull may carry "Edensync-Cursor" (empty = from the beginning) and the query parameter limit. The answer
//     carries "Edensync-Cursor", where to go on, and "Edensync-More: true" if there is more to fetch. In its document
//     processing instructions "edensync-cursor" say where to go on for whoever has everything in front of them.
//   - A pull with a cursor may carry "Edensync-Brief: true". Of a record that comes along with others and that has not changed since
//     the cursor the answer may then tell no more than its hash, as an attribute "edensync-hash". A push to an edensync that has such
//     records carries the header, too; a remote that lacks one refuses it with 409.
//   - A push carries "Idempotency-Key" and "Edensync-Position", how far the changes of this site had got when it was
//     written, and to an edensync its body may be compressed with zstd. A pull carries the latter, too: this site has got so
//     far now that it has stored what its cursor stands for.
//   - The JSON answer to a push may have "outcomes", a list of objects with resource, uid, outcome, reason and
//     message, "counts", an object with received, created, updated, deleted, unchanged, skipped, conflict
//     and rejected, and "position", how far the remote has got now that it has stored what it took.
package peer
