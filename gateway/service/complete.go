package service

import (
	"context"
	"net/http"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/edensync/edensync/gateway/openapi"
	"github.com/edensync/edensync/internal/apierr"
)

// Fields by which requests are completed.
const (
	requestIDField = "request_id"
	etagField      = "etag"
	maskField      = "update_mask"
)

type headersKey struct{}

// headers are what a request says beside its body.
type headers struct {
	idempotencyKey string
	ifMatch        string
}

// withHeaders keeps the headers by which requests are completed.
func withHeaders(r *http.Request) *http.Request {
	h := headers{
		idempotencyKey: r.Header.Get("Idempotency-Key"),
		ifMatch:        strings.Trim(r.Header.Get("If-Match"), `"`),
	}
	return r.WithContext(context.WithValue(r.Context(), headersKey{}, h))
}

// complete fills empty fields of request from the headers and puts its update mask in order.
func complete(ctx context.Context, request proto.Message) error {
	h, _ := ctx.Value(headersKey{}).(headers)
	message := request.ProtoReflect()
	fill(message, requestIDField, h.idempotencyKey)
	fill(message, etagField, h.ifMatch)
	fields := message.Descriptor().Fields()
	for i := range fields.Len() {
		if field := fields.Get(i); field.Message() != nil && !field.IsList() && !field.IsMap() && message.Has(field) {
			fill(message.Mutable(field).Message(), etagField, h.ifMatch)
		}
	}
	return orderMask(message)
}

// fill sets the text field name if it exists and is empty.
func fill(message protoreflect.Message, name protoreflect.Name, value string) {
	field := message.Descriptor().Fields().ByName(name)
	if value == "" || field == nil || field.Kind() != protoreflect.StringKind || field.IsList() || message.Has(field) {
		return
	}
	message.Set(field, protoreflect.ValueOfString(value))
}

// orderMask writes the paths of an update mask by proto's names and leaves out what nobody can set: clients
// send back whole resources. An empty mask would mean everything to a service; here it can only be a mistake.
func orderMask(request protoreflect.Message) error {
	field := request.Descriptor().Fields().ByName(maskField)
	if field == nil {
		return nil
	}
	mask, _ := request.Get(field).Message().Interface().(*fieldmaskpb.FieldMask)
	resource := updated(request.Descriptor())
	kept := &fieldmaskpb.FieldMask{}
	for _, path := range mask.GetPaths() {
		if name, settable := settableName(resource, path); settable {
			kept.Paths = append(kept.Paths, name)
		}
	}
	if len(kept.GetPaths()) == 0 {
		return apierr.Invalid(apierr.Field{Name: "updateMask", Message: "names nothing that can be changed"})
	}
	kept.Normalize()
	request.Set(field, protoreflect.ValueOfMessage(kept.ProtoReflect()))
	return nil
}

// updated is the resource that a request changes: its message that is not a mask.
func updated(request protoreflect.MessageDescriptor) protoreflect.MessageDescriptor {
	fields := request.Fields()
	for i := range fields.Len() {
		if message := fields.Get(i).Message(); message != nil && fields.Get(i).Name() != maskField {
			return message
		}
	}
	return nil
}

// settableName is proto's name of the field that path begins with. Masks reach no deeper: what lies below is
// changed as a whole. A path that is no field is passed on, so that the service can name it.
func settableName(resource protoreflect.MessageDescriptor, path string) (string, bool) {
	first, _, _ := strings.Cut(path, ".")
	field := resource.Fields().ByName(protoreflect.Name(first))
	if field == nil {
		field = resource.Fields().ByJSONName(first)
	}
	if field == nil {
		return path, true
	}
	fixed := field.Name() == etagField || openapi.ReadOnly(string(resource.Name()), field.JSONName())
	return string(field.Name()), !fixed
}
