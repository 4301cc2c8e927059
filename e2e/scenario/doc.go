// Package scenario tests the whole product from outside: stories in testdata, told to the real binary by its command
// line, by HTTP as peers and browsers speak it, and by a fake Eden. Every story runs three times: on SQLite, on PostgreSQL,
// and with a hub: there the first site of the story is five services with two processes each on PostgreSQL, behind one
// address, and the others have SQLite. [hub] is the condition for what is different there.
//
// A story is a testscript (github.com/rogpeppe/go-internal/testscript) with these commands besides the built-in ones:
//
//	site [-setup] NAME [FLAG…]     start a site; $NAME_URL, $NAME_DATA and $NAME_PASSWORD (of the account admin) are set.
//	                               With -setup it has no administrator yet, but $NAME_CODE
//	crash NAME                     SIGKILL
//	shutdown NAME                  SIGTERM; it must end by itself within 10 s, with exit status 0
//	restart NAME                   start it again at the same address, with the same data
//	backup NAME                    keep a copy of the databases of a site that was shut down
//	restore NAME                   put that copy in the place of what came after it
//	edensync NAME ARG…             a command of the client about a site; NAME - for none
//	status N                       exit status of the last client
//	await REGEXP COMMAND ARG…      repeat edensync, http or eden until the output matches; fails after 20 s
//	http [FLAG…] METHOD URL        one request, see httpCommand
//	line NAME SITE BYTES           a connection to a site, at $NAME_URL, that breaks whenever the site has said so much on it
//	eden NAME [SUBCOMMAND ARG…]    start a fake Eden at $NAME_URL, or talk to it, see edenCommand
//	json [-keep NAME] [PATH [REGEXP]]  the last output is JSON; what stands at PATH matches, is kept in $NAME
//	records N RESOURCE FILE        write an S3XML document with N records
//	leaks NAME SECRET…             the secrets stand nowhere: data, log, and whatever was said so far
//	forget                         what was said so far does not count: secrets that are shown once
//
// After a change outside of this module run it with -count=1: go test does not see that the binary depends on it.
package scenario
