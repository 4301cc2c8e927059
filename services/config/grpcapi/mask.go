package grpcapi

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	"github.com/edensync/edensync/internal/apierr"
)

// mask is the set of fields that an update names; nil names all.
type mask map[string]bool

// maskOf reads the mask of an update of m. Output-only fields may be named,
// because whoever sends a whole resource back names them; what they say is
// ignored or compared by the resource itself. Unknown fields are refused.
func maskOf(paths *fieldmaskpb.FieldMask, m protoreflect.Message) (mask, error) {
	if len(paths.GetPaths()) == 0 || slices.Equal(paths.GetPaths(), []string{"*"}) {
		return nil, nil //nolint:nilnil // the mask that names all
	}
	named := mask{}
	for _, path := range paths.GetPaths() {
		name, _, _ := strings.Cut(path, ".")
		if m.Descriptor().Fields().ByName(protoreflect.Name(name)) == nil {
			return nil, apierr.Invalid(apierr.Field{Name: "updateMask", Message: "names a field that does not exist"})
		}
		named[name] = true
	}
	return named, nil
}

// has tells whether a field without presence is to be changed.
func (m mask) has(field string) bool { return m == nil || m[field] }

// hasIf tells so for a field with presence: without a mask, an absent one stays.
func (m mask) hasIf(field string, present bool) bool {
	if m == nil {
		return present
	}
	return m[field]
}

// set changes a field that the mask names.
func set[T any](m mask, field string, target *T, value T) {
	if m.has(field) {
		*target = value
	}
}

// readOnly refuses a value for a field that clients cannot change; name is as in REST.
func readOnly(name, instead string) error {
	err := apierr.New(apierr.KindInvalid, apierr.ReasonReadOnlyField,
		"%s cannot be changed this way, so nothing was changed: %s.", name, instead)
	err.Fields = []apierr.Field{{Name: name, Message: "cannot be changed: " + instead}}
	return err
}

// missing refuses a request without its resource.
func missing(name string) error {
	return apierr.Invalid(apierr.Field{Name: name, Message: "is required"})
}
