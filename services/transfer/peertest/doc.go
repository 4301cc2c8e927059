// Package peertest is a scriptable fake of a remote Sahana Eden for tests: it registers sites, serves pulls, takes
// pushes and gives files as a real one does on the wire (content types that lie, answers with HTTP 200 that are
// refusals, a strict msince, every push accepted under NEWER), and it can be told to be slow, wrong or hostile.
//
// Start serves plain HTTP on loopback, StartTLS the same with a certificate, Memory without a network: it works
// in a testing/synctest bubble when its Dial is given to the client.
//
//	eden := peertest.Start(t).RequireUser("sync", "secret")
//	eden.Put(peertest.Record{Resource: "org_office", UID: "urn:uuid:1", ModifiedOn: at, Content: `<data field="name">Harbour</data>`})
//	eden.Once(peertest.Pull, peertest.Cut(120))        // the first pull breaks off after 120 bytes
//	… run what is to be tested against eden.URL() …
//	if n := len(eden.Requests(peertest.Pull)); n != 2 { … }
//
// What it leaves out: super-entities, data sets, tables' own rules for duplicates, and components are kept inside
// their master instead of in tables of their own.
package peertest
