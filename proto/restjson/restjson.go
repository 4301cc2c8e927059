// Package restjson is the JSON form of the contracts as REST clients see it: proto's own JSON with
// lowerCamelCase names, with three differences. Enum values lose the prefix that proto demands (PULL instead
// of TASK_MODE_PULL); fields without value are written, so that clients need no knowledge of defaults; and
// fields marked debug_redact (secrets) are left out when they are empty, which they nearly always are.
//
// Gateway and command line share it, so that both ends agree.
package restjson

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Marshal writes m without insignificant white space.
func Marshal(m proto.Message) ([]byte, error) {
	long, err := protojson.MarshalOptions{EmitUnpopulated: true}.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("write %s as JSON: %w", m.ProtoReflect().Descriptor().FullName(), err)
	}
	// protojson adds a blank here and there, so that nobody compares its texts.
	var dense bytes.Buffer
	dense.Grow(len(long))
	if err := json.Compact(&dense, rewrite(long, m.ProtoReflect().Descriptor(), ShortName, true)); err != nil {
		return nil, fmt.Errorf("write %s as JSON: %w", m.ProtoReflect().Descriptor().FullName(), err)
	}
	return dense.Bytes(), nil
}

// Unmarshal reads a request into m. Enum values are taken with and without prefix. Unknown fields are an
// error, so that a misspelt one is noticed.
func Unmarshal(text []byte, m proto.Message) error {
	return unmarshal(text, m, protojson.UnmarshalOptions{})
}

// UnmarshalAnswer reads an answer into m. Unknown fields are ignored, so that an old client reads the
// answers of a new server.
func UnmarshalAnswer(text []byte, m proto.Message) error {
	return unmarshal(text, m, protojson.UnmarshalOptions{DiscardUnknown: true})
}

func unmarshal(text []byte, m proto.Message, options protojson.UnmarshalOptions) error {
	desc := m.ProtoReflect().Descriptor()
	if err := options.Unmarshal(rewrite(text, desc, LongName, false), m); err != nil {
		return fmt.Errorf("read %s from JSON: %w", desc.FullName(), err)
	}
	return nil
}

const zeroSuffix = "UNSPECIFIED"

// prefix is what all value names of an enum of ours begin with; foreign enums have none.
func prefix(enum protoreflect.EnumDescriptor) string {
	p, ours := strings.CutSuffix(string(enum.Values().Get(0).Name()), zeroSuffix)
	if !ours {
		return ""
	}
	return p
}

// ShortName is the value name of enum without prefix.
func ShortName(enum protoreflect.EnumDescriptor, name string) string {
	return strings.TrimPrefix(name, prefix(enum))
}

// LongName is the value name of enum with prefix; a name that the enum does not know either way comes back
// as it is.
func LongName(enum protoreflect.EnumDescriptor, name string) string {
	long := prefix(enum) + name
	if enum.Values().ByName(protoreflect.Name(long)) == nil {
		return name
	}
	return long
}
