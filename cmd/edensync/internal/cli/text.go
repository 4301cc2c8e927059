package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/edensync/edensync/proto/restjson"
)

// textAt is the value of the field that a dotted path of JSON names leads to, for people; "" if it is not set.
func textAt(m proto.Message, path string) string {
	message := m.ProtoReflect()
	for {
		name, rest, more := strings.Cut(path, ".")
		field := message.Descriptor().Fields().ByJSONName(name)
		if field == nil {
			return ""
		}
		if !more {
			return fieldText(message, field)
		}
		if field.Message() == nil || field.IsList() || !message.Has(field) {
			return ""
		}
		message, path = message.Get(field).Message(), rest
	}
}

// fieldText is the value of a field on one line.
func fieldText(message protoreflect.Message, field protoreflect.FieldDescriptor) string {
	if field.HasPresence() && !message.Has(field) {
		return ""
	}
	value := message.Get(field)
	if field.IsMap() {
		return mapText(field, value.Map())
	}
	if !field.IsList() {
		return valueText(field, value)
	}
	parts := make([]string, value.List().Len())
	for i := range parts {
		parts[i] = valueText(field, value.List().Get(i))
	}
	return strings.Join(parts, ", ")
}

// mapText lists a map as name=value by name.
func mapText(field protoreflect.FieldDescriptor, values protoreflect.Map) string {
	var parts []string
	values.Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
		parts = append(parts, key.String()+"="+valueText(field.MapValue(), value))
		return true
	})
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

func valueText(field protoreflect.FieldDescriptor, value protoreflect.Value) string {
	switch field.Kind() {
	case protoreflect.BoolKind:
		if value.Bool() {
			return "yes"
		}
		return "no"
	case protoreflect.EnumKind:
		return enumText(field.Enum(), value.Enum())
	case protoreflect.MessageKind:
		return messageText(value.Message().Interface())
	default:
		return value.String()
	}
}

// enumText is a value of an enumeration as people say it: done with warnings. The zero value says nothing.
func enumText(enum protoreflect.EnumDescriptor, number protoreflect.EnumNumber) string {
	value := enum.Values().ByNumber(number)
	if value == nil || number == 0 {
		return ""
	}
	return strings.ToLower(strings.ReplaceAll(restjson.ShortName(enum, string(value.Name())), "_", " "))
}

func messageText(m proto.Message) string {
	switch value := m.(type) {
	case *timestamppb.Timestamp:
		return value.AsTime().UTC().Format("2006-01-02 15:04:05Z")
	case *durationpb.Duration:
		return durationText(value.AsDuration())
	default:
		text, err := restjson.Marshal(m)
		if err != nil {
			return err.Error()
		}
		return string(text)
	}
}

// durationText is a duration without its empty parts: 10m, 1h30m, 2.5s.
func durationText(d time.Duration) string {
	if d >= time.Second {
		d = d.Round(time.Millisecond)
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// heading is the title of a column: its path in words. Counts need not be called so.
func heading(path string) string {
	path = strings.TrimPrefix(strings.TrimSuffix(path, "Id"), "counts.")
	var b strings.Builder
	for _, r := range strings.ReplaceAll(path, ".", " ") {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.ToUpper(b.String())
}

// clean keeps control characters, which may come from other sites, away from terminals and tables.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r < ' ' || r >= 0x7f && r < 0xa0:
			return '\uFFFD'
		default:
			return r
		}
	}, text)
}

// shorten cuts text for a column.
func shorten(text string, width int) string {
	if runes := []rune(text); len(runes) > width {
		return string(runes[:width-1]) + "…"
	}
	return text
}

// timeOf reads a time: now, +1h, -2h, 2026-03-01, 2026-03-01 08:30, RFC 3339. Times without zone are UTC.
func timeOf(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if strings.EqualFold(text, "now") {
		return now.UTC(), nil
	}
	if strings.HasPrefix(text, "+") || strings.HasPrefix(text, "-") {
		if d, err := time.ParseDuration(text); err == nil {
			return now.Add(d).UTC(), nil
		}
	}
	layouts := []string{
		time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04Z", "2006-01-02 15:04",
		"2006-01-02",
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time; write it like %q (UTC), or like +1h or -2h from now", text, "2026-03-01 08:30")
}
