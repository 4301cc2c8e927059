// Package s3xml reads and writes S3XML, the XML format in which Sahana Eden sites exchange records.
//
// A document is a root element with attributes and a flat list of resource elements; each resource holds
// data elements, references to other resources and nested resources (components). The package knows the
// format and nothing else: no table, no HTTP, no policy.
//
//   - [Decoder] reads a document of any length as a stream, one top-level [Record] at a time, in bounded memory.
//     It accepts less than XML allows and says where and why it refused.
//   - [Encoder] and the Append functions write documents that every Eden can import.
//   - [Content] is what a record says, in canonical order, with a hash: two records with equal hashes say the same.
//   - [ParseTime], [FormatTime] and [ParseMsince] know the times of the wire.
//
// The format, its quirks and the reasons for each rule are described in docs/s3xml.md; comments with the tag
// EDEN name its sections.
package s3xml
