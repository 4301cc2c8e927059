package s3xml

// Limits bound what a document may cost. A zero or negative field means the default, so that nothing is ever
// unlimited by omission.
type Limits struct {
	// Depth is the number of elements that may be open at once, the root included.
	Depth int
	// Attributes is the number of attributes of one element.
	Attributes int
	// TokenBytes is the length of one attribute value or of the text of one element.
	TokenBytes int
	// RecordBytes is about the memory of one top-level record with everything below it; the decoder itself
	// needs up to three times as much. At most 1 GiB.
	RecordBytes int
	// DocumentBytes is the length of the document as read (after decompression, if any).
	DocumentBytes int64
	// Records is the number of top-level resource elements.
	Records int64
}

// maxNameBytes is the length of an element or attribute name; not configurable, because names must fit the buffer.
const maxNameBytes = 1024

// maxNamespaces is how many prefixes may be declared at once; not configurable, because S3XML needs none.
const maxNamespaces = 16

// maxRecordBytes keeps positions inside a record within 32 bits.
const maxRecordBytes = 1 << 30

// DefaultLimits fit everything that an Eden is known to send: location polygons of some megabytes, first loads of
// millions of records.
func DefaultLimits() Limits {
	return Limits{
		Depth:         64,
		Attributes:    64,
		TokenBytes:    16 << 20,
		RecordBytes:   64 << 20,
		DocumentBytes: 16 << 30,
		Records:       20_000_000,
	}
}

func (l Limits) orDefault() Limits {
	std := DefaultLimits()
	set := func(field *int, value int) {
		if *field <= 0 {
			*field = value
		}
		*field = min(*field, maxRecordBytes)
	}
	set(&l.Depth, std.Depth)
	set(&l.Attributes, std.Attributes)
	set(&l.TokenBytes, std.TokenBytes)
	set(&l.RecordBytes, std.RecordBytes)
	if l.DocumentBytes <= 0 {
		l.DocumentBytes = std.DocumentBytes
	}
	if l.Records <= 0 {
		l.Records = std.Records
	}
	return l
}
