// Package browser tests the app for administrators from outside: a real Chromium, driven by playwright, against the real
// program with real data. The tests are the files NAME.test.mjs; each runs in a world of its own, which this package
// makes: a copy of a seeded hub, fake Edens that obey, and connections that can be cut. worldServer lists what tests can
// ask of their world.
//
// Tests are named after the acceptance checks of docs/web.md, number first. To run some of them:
//
//	go test ./e2e/browser -run 'TestBrowser/log' -v
package browser
