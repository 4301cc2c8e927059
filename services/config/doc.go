// Package config is what a site is set up with: its settings, the repositories
// it exchanges with, the tasks that say which resources are exchanged and how,
// and the accounts, tokens and sessions of those who may ask.
//
// The types and their rules are here, free of database and transport. Keeper
// holds the use cases: each one is a transaction of the Store, in which every
// rule that looks at other rows is checked, and which writes the audit entry of
// the change. Refused changes leave an entry, too.
package config
