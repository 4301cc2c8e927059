package rest

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/grpc-ecosystem/grpc-gateway/v2/utilities"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/edensync/edensync/proto/restjson"
)

// Query makes grpc-gateway read query parameters as this API documents them: enum values without prefix, and
// no silence about parameters that do not exist, since a misspelt filter would answer too much.
type Query struct{}

var _ runtime.QueryParameterParser = Query{}

// Parse sets the fields of request that values names, apart from those that come from path and body.
func (Query) Parse(request proto.Message, values url.Values, filled *utilities.DoubleArray) error {
	long := make(url.Values, len(values))
	for name, texts := range values {
		field := parameter(request.ProtoReflect().Descriptor(), name)
		if field == nil {
			return fmt.Errorf("%q is no parameter of this call, so nothing was done; see /docs", name)
		}
		if !valid(texts) {
			return fmt.Errorf("%q is not UTF-8, so nothing was done; correct it", name)
		}
		long[name] = longNames(field, texts)
	}
	return (&runtime.DefaultQueryParser{}).Parse(request, long, filled)
}

// valid tells whether texts can stand in a message.
func valid(texts []string) bool {
	return !slices.ContainsFunc(texts, func(text string) bool { return !utf8.ValidString(text) })
}

// parameter finds the field that a dotted name means.
func parameter(desc protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	var field protoreflect.FieldDescriptor
	for part := range strings.SplitSeq(name, ".") {
		if desc == nil {
			return nil
		}
		field = desc.Fields().ByJSONName(part)
		if field == nil {
			field = desc.Fields().ByTextName(part)
		}
		if field == nil {
			return nil
		}
		desc = field.Message()
	}
	return field
}

func longNames(field protoreflect.FieldDescriptor, texts []string) []string {
	if field.Enum() == nil {
		return texts
	}
	names := make([]string, 0, len(texts))
	for _, text := range texts {
		names = append(names, restjson.LongName(field.Enum(), text))
	}
	return names
}
