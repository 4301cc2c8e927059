package rest

import (
	"fmt"
	"net/url"
	"strings"

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
		long[name] = longNames(field, texts)
	}
	return (&runtime.DefaultQueryParser{}).Parse(request, long, filled)
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
