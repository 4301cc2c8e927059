package restjson

import (
	"bytes"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// maxDepth bounds the nesting of messages that is followed. Records within records are the deepest case.
const maxDepth = 200

// rewriter copies a JSON text and changes the names of enum values on the way. It follows the descriptor and
// does not judge: a text that does not fit sets broken, and protojson finds the words for it.
type rewriter struct {
	in        []byte
	pos       int
	out       []byte
	depth     int
	broken    bool
	rename    func(protoreflect.EnumDescriptor, string) string
	dropEmpty bool // leave out empty fields marked debug_redact
}

// rewrite answers text with other enum names, or text itself if it cannot be followed.
func rewrite(text []byte, desc protoreflect.MessageDescriptor, rename func(protoreflect.EnumDescriptor, string) string, dropEmpty bool) []byte {
	r := &rewriter{in: text, out: make([]byte, 0, len(text)), rename: rename, dropEmpty: dropEmpty}
	r.message(desc)
	r.space()
	if r.broken || r.pos != len(r.in) {
		return text
	}
	return r.out
}

// message copies an object whose members are the fields of desc.
func (r *rewriter) message(desc protoreflect.MessageDescriptor) {
	if r.peek() != '{' || desc.ParentFile().Package() == "google.protobuf" {
		r.raw()
		return
	}
	if r.depth++; r.depth > maxDepth {
		r.broken = true
	}
	r.members(func(key []byte) { r.field(findField(desc, key)) })
	r.depth--
}

func findField(desc protoreflect.MessageDescriptor, quoted []byte) protoreflect.FieldDescriptor {
	name := string(bytes.Trim(quoted, `"`))
	if field := desc.Fields().ByJSONName(name); field != nil {
		return field
	}
	return desc.Fields().ByTextName(name)
}

// members copies an object and lets value copy what stands behind each key. A value that writes nothing
// removes the member.
func (r *rewriter) members(value func(key []byte)) {
	r.expect('{')
	begin := len(r.out)
	for i := 0; !r.broken && r.peek() != '}'; i++ {
		before := len(r.out)
		if i > 0 {
			r.expect(',')
			r.out = r.out[:before]
		}
		if before > begin {
			r.out = append(r.out, ',')
		}
		key := r.key()
		r.expect(':')
		start := len(r.out)
		value(key)
		if len(r.out) == start {
			r.out = r.out[:before]
		}
	}
	r.expect('}')
}

// field copies the value of field; nil stands for one that the descriptor does not know.
func (r *rewriter) field(field protoreflect.FieldDescriptor) {
	switch {
	case field == nil:
		r.raw()
	case field.IsMap() && r.peek() == '{':
		r.members(func([]byte) { r.single(field.MapValue()) })
	case field.IsList() && r.peek() == '[':
		r.list(field)
	default:
		r.single(field)
	}
}

func (r *rewriter) list(field protoreflect.FieldDescriptor) {
	r.expect('[')
	for i := 0; !r.broken && r.peek() != ']'; i++ {
		if i > 0 {
			r.expect(',')
		}
		r.single(field)
	}
	r.expect(']')
}

func (r *rewriter) single(field protoreflect.FieldDescriptor) {
	switch {
	case field.Message() != nil:
		r.message(field.Message())
	case field.Enum() != nil && r.peek() == '"':
		name := string(bytes.Trim(r.string(), `"`))
		r.out = append(r.out, '"')
		r.out = append(r.out, r.rename(field.Enum(), name)...)
		r.out = append(r.out, '"')
	case r.dropEmpty && isSecret(field) && bytes.HasPrefix(r.in[r.pos:], []byte(`""`)):
		r.pos += 2
	default:
		r.raw()
	}
}

func isSecret(field protoreflect.FieldDescriptor) bool {
	options, ok := field.Options().(*descriptorpb.FieldOptions)
	return ok && options.GetDebugRedact()
}

// key copies a key with its quotes and answers it.
func (r *rewriter) key() []byte {
	if r.peek() != '"' {
		r.broken = true
		return nil
	}
	key := r.string()
	r.out = append(r.out, key...)
	return key
}

// raw copies one value of any kind as it stands.
func (r *rewriter) raw() {
	r.space()
	start := r.pos
	for open := 0; !r.broken; {
		switch r.peek() {
		case '"':
			r.string()
		case '{', '[':
			open++
			r.pos++
		case '}', ']':
			open--
			r.pos++
		case ',', ':':
			r.pos++
		default:
			r.word()
		}
		if open <= 0 {
			break
		}
	}
	r.out = append(r.out, r.in[start:r.pos]...)
}

// word passes a number, true, false or null.
func (r *rewriter) word() {
	start := r.pos
	for r.pos < len(r.in) && bytes.IndexByte([]byte("{}[],:\" \t\r\n"), r.in[r.pos]) < 0 {
		r.pos++
	}
	r.broken = r.broken || r.pos == start
}

// string passes a text in quotes and answers it with them.
func (r *rewriter) string() []byte {
	start := r.pos
	for r.pos++; r.pos < len(r.in); r.pos++ {
		switch r.in[r.pos] {
		case '\\':
			r.pos++
		case '"':
			r.pos++
			return r.in[start:r.pos]
		}
	}
	r.broken = true
	r.pos = len(r.in)
	return r.in[start:]
}

func (r *rewriter) space() {
	for r.pos < len(r.in) && (r.in[r.pos] == ' ' || r.in[r.pos] == '\t' || r.in[r.pos] == '\r' || r.in[r.pos] == '\n') {
		r.pos++
	}
}

// peek answers the next byte behind white space, 0 at the end.
func (r *rewriter) peek() byte {
	r.space()
	if r.pos >= len(r.in) {
		return 0
	}
	return r.in[r.pos]
}

func (r *rewriter) expect(c byte) {
	if r.peek() != c {
		r.broken = true
		return
	}
	r.pos++
	r.out = append(r.out, c)
}
