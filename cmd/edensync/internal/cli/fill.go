package cli

import (
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/proto/restjson"
)

// none is how a flag takes a value away.
const none = "none"

// fill sets the fields of m that flags name: a pointer to a struct whose fields carry the tag field with proto's name. Only flags
// that were given count: pointers and lists that are not nil. It returns the names, for an update mask.
func fill(m proto.Message, flags any, now time.Time) ([]string, error) {
	var mask []string
	message := m.ProtoReflect()
	err := eachFlag(flags, "field", func(name string, value any) error {
		field := message.Descriptor().Fields().ByName(protoreflect.Name(name))
		if field == nil {
			return fmt.Errorf("%s has no field %s", message.Descriptor().FullName(), name)
		}
		mask = append(mask, name)
		return setField(message, field, value, now)
	})
	return mask, err
}

// queryOf makes query parameters of flags with the tag query.
func queryOf(flags any, now time.Time) (url.Values, error) {
	query := url.Values{}
	err := eachFlag(flags, "query", func(name string, value any) error {
		switch v := value.(type) {
		case []string:
			for _, text := range v {
				query.Add(name, strings.ToUpper(strings.ReplaceAll(text, "-", "_")))
			}
		case string:
			if strings.HasSuffix(name, "Time") {
				t, err := timeOf(v, now)
				if err != nil {
					return err
				}
				v = t.Format(time.RFC3339Nano)
			}
			query.Set(name, v)
		default:
			query.Set(name, fmt.Sprint(v))
		}
		return nil
	})
	return query, err
}

// eachFlag calls visit for every flag that was given, also in embedded structs.
func eachFlag(flags any, tag string, visit func(name string, value any) error) error {
	return eachField(reflect.ValueOf(flags).Elem(), tag, visit)
}

func eachField(structure reflect.Value, tag string, visit func(name string, value any) error) error {
	for i := range structure.NumField() {
		field, value := structure.Type().Field(i), structure.Field(i)
		if _, embedded := field.Tag.Lookup("embed"); (embedded || field.Anonymous) && value.Kind() == reflect.Struct {
			if err := eachField(value, tag, visit); err != nil {
				return err
			}
			continue
		}
		name, tagged := field.Tag.Lookup(tag)
		if !tagged || value.IsZero() {
			continue
		}
		if value.Kind() == reflect.Pointer {
			value = value.Elem()
		}
		if err := visit(name, value.Interface()); err != nil {
			return err
		}
	}
	return nil
}

// setField gives the field a value. The text none clears lists, times and messages.
func setField(message protoreflect.Message, field protoreflect.FieldDescriptor, value any, now time.Time) error {
	if texts, ok := value.([]string); ok {
		return setList(message, field, texts)
	}
	if text, ok := value.(string); ok && text == none && field.Message() != nil {
		message.Clear(field)
		return nil
	}
	converted, err := convert(field, value, now)
	if err != nil {
		return err
	}
	message.Set(field, converted)
	return nil
}

func setList(message protoreflect.Message, field protoreflect.FieldDescriptor, texts []string) error {
	list := message.Mutable(field).List()
	for _, text := range texts {
		if text == none {
			continue
		}
		value, err := convert(field, text, time.Time{})
		if err != nil {
			return err
		}
		list.Append(value)
	}
	return nil
}

func convert(field protoreflect.FieldDescriptor, value any, now time.Time) (protoreflect.Value, error) {
	switch v := value.(type) {
	case time.Duration:
		return protoreflect.ValueOfMessage(durationpb.New(v).ProtoReflect()), nil
	case string:
		return convertText(field, v, now)
	case fmt.Stringer:
		return protoreflect.ValueOfString(reveal(v)), nil
	default:
		return protoreflect.ValueOf(v), nil
	}
}

// reveal is the value of a secret, which shows itself to nobody else.
func reveal(v fmt.Stringer) string {
	if secret, ok := v.(interface{ Reveal() string }); ok {
		return secret.Reveal()
	}
	return v.String()
}

func convertText(field protoreflect.FieldDescriptor, text string, now time.Time) (protoreflect.Value, error) {
	switch field.Kind() {
	case protoreflect.EnumKind:
		name := restjson.LongName(field.Enum(), strings.ToUpper(strings.ReplaceAll(text, "-", "_")))
		value := field.Enum().Values().ByName(protoreflect.Name(name))
		if value == nil {
			return protoreflect.Value{}, fmt.Errorf("%q is none of %s", text, strings.Join(choices(field.Enum()), ", "))
		}
		return protoreflect.ValueOfEnum(value.Number()), nil
	case protoreflect.MessageKind:
		t, err := timeOf(text, now)
		return protoreflect.ValueOfMessage(timestamppb.New(t).ProtoReflect()), err
	case protoreflect.Int64Kind:
		n, err := strconv.ParseInt(text, 10, 64)
		return protoreflect.ValueOfInt64(n), err
	default:
		return protoreflect.ValueOfString(text), nil
	}
}

// choices are the values of an enumeration as flags take them.
func choices(enum protoreflect.EnumDescriptor) []string {
	var names []string
	for i := 1; i < enum.Values().Len(); i++ {
		names = append(names, strings.ToLower(strings.ReplaceAll(restjson.ShortName(enum, string(enum.Values().Get(i).Name())), "_", "-")))
	}
	return names
}

// change sends the fields that flags name to path, and prints what became of it.
func (e *Env) change(path string, in proto.Message, flags any, out proto.Message) error {
	mask, err := fill(in, flags, clock())
	if err != nil {
		return &outcome{code: exitUsage, err: err}
	}
	if len(mask) == 0 {
		return &outcome{code: exitUsage, err: errNoChange}
	}
	return e.call("PATCH", path+"?updateMask="+strings.Join(mask, ","), in, out)
}

var errNoChange = errors.New("say what is to be changed; see --help")

// clock is the clock of this machine, by which people mean "now".
func clock() time.Time { return time.Now() } //nolint:forbidigo // the clock enters here
