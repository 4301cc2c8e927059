// Package attachment keeps the files behind upload fields: it fetches them from the repository that a record came
// from, stores them by the hash of their content and serves them to peers under names that nobody can guess.
//
// A record is never held up or lost because its file cannot be had: the record is stored first, the file follows.
package attachment
