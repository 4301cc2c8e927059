// Package rest is how the gateway speaks HTTP: JSON bodies, query parameters and errors. It knows the
// contracts only by their descriptors.
package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/proto"

	"github.com/edensync/edensync/proto/restjson"
)

// Content types of answers.
const (
	ContentJSON  = "application/json"
	ContentLines = "application/x-ndjson"
)

// Marshaler makes grpc-gateway read and write restjson.
type Marshaler struct{}

var (
	_ runtime.Marshaler         = Marshaler{}
	_ runtime.StreamContentType = Marshaler{}
	_ runtime.Delimited         = Marshaler{}
)

// ContentType is JSON for single messages.
func (Marshaler) ContentType(any) string { return ContentJSON }

// StreamContentType is lines of JSON for streams.
func (Marshaler) StreamContentType(any) string { return ContentLines }

// Delimiter ends each message of a stream.
func (Marshaler) Delimiter() []byte { return []byte("\n") }

// Marshal writes a message, or the envelope of a message of a stream: {"result": …} or {"error": …}.
func (Marshaler) Marshal(v any) ([]byte, error) {
	switch value := v.(type) {
	case proto.Message:
		return restjson.Marshal(value)
	case map[string]any:
		return envelope(value["result"], "result")
	case map[string]proto.Message:
		return envelope(value["error"], "error")
	default:
		return json.Marshal(v)
	}
}

func envelope(v any, name string) ([]byte, error) {
	message, ok := v.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("a stream carries messages, not %T", v)
	}
	text, err := restjson.Marshal(message)
	if err != nil {
		return nil, err
	}
	return append(append([]byte(`{"`+name+`":`), text...), '}'), nil
}

// Unmarshal reads a message.
func (m Marshaler) Unmarshal(text []byte, v any) error {
	return m.NewDecoder(bytes.NewReader(text)).Decode(v)
}

// NewEncoder writes messages to w.
func (m Marshaler) NewEncoder(w io.Writer) runtime.Encoder {
	return runtime.EncoderFunc(func(v any) error {
		text, err := m.Marshal(v)
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	})
}

// NewDecoder reads the one message that r holds. Nothing at all is io.EOF, which grpc-gateway takes for a
// message without fields.
func (Marshaler) NewDecoder(r io.Reader) runtime.Decoder {
	return runtime.DecoderFunc(func(v any) error {
		text, err := io.ReadAll(r)
		if err != nil {
			return fmt.Errorf("the body could not be read: %w", err)
		}
		if len(bytes.TrimSpace(text)) == 0 {
			return io.EOF
		}
		message, err := target(v)
		if err != nil {
			return err
		}
		return Decode(text, message)
	})
}

// target is the message that v points to; grpc-gateway also hands in pointers to fields, which are pointers
// to messages themselves.
func target(v any) (proto.Message, error) {
	if message, ok := v.(proto.Message); ok {
		return message, nil
	}
	field := reflect.ValueOf(v)
	if field.Kind() == reflect.Pointer && field.Elem().Kind() == reflect.Pointer {
		if field.Elem().IsNil() {
			field.Elem().Set(reflect.New(field.Elem().Type().Elem()))
		}
		if message, ok := field.Elem().Interface().(proto.Message); ok {
			return message, nil
		}
	}
	return nil, fmt.Errorf("a body holds a message, not %T", v)
}

// Decode reads text into message and words the error for people.
func Decode(text []byte, message proto.Message) error {
	err := restjson.Unmarshal(text, message)
	if err == nil {
		return nil
	}
	cause := errors.Unwrap(err) // without the names of messages, which mean nothing to clients
	// protojson puts a no-break space into its texts now and then, so that nobody compares them.
	reason := strings.TrimPrefix(strings.ReplaceAll(cause.Error(), "\u00a0", " "), "proto: ")
	return fmt.Errorf("the body does not fit, so nothing was done; correct it: %s", beginning(reason))
}

// beginning is what is worth telling of a text that may repeat a whole body.
func beginning(text string) string {
	const most = 300 // bytes
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}
