package pages

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// reference is the REST interface as the docs page shows it.
type reference struct {
	About  string
	Groups []group
	Types  []typeEntry
}

// group is the operations of one service.
type group struct {
	Name, About string
	Operations  []operation
}

// operation is a method on a path.
type operation struct {
	ID, Method, Path, About string
	Inputs                  []field
	Answer                  typeRef
}

// field is a parameter, a body or a property.
type field struct {
	Name, Where, About string
	Required           bool
	Type               typeRef
}

// typeRef names a type; Target is the anchor of a described one.
type typeRef struct {
	Text, Target string
}

// typeEntry is a described type: a message with fields, or an enum with its values in About.
type typeEntry struct {
	Name, About string
	Fields      []field
}

// document is what is read of the OpenAPI document.
type document struct {
	Info  struct{ Description string }
	Tags  []struct{ Name, Description string }
	Paths map[string]map[string]struct {
		OperationID string
		Summary     string
		Tags        []string
		Parameters  []parameter
		Responses   map[string]struct {
			Description string
			Schema      *schema
		}
	}
	Definitions map[string]schema
}

type parameter struct {
	Name, In, Description string
	Required              bool
	Schema                *schema
	schema
}

type schema struct {
	Ref         string `json:"$ref"`
	Type        string
	Format      string
	Title       string
	Description string
	Items       *schema
	Properties  map[string]schema
}

func readReference(text []byte) (reference, error) {
	var doc document
	if err := json.Unmarshal(text, &doc); err != nil {
		return reference{}, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	ref := reference{About: doc.Info.Description}
	for _, tag := range doc.Tags {
		ref.Groups = append(ref.Groups, group{
			Name: strings.TrimSuffix(tag.Name, "Service"), About: tag.Description, Operations: doc.operations(tag.Name),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(doc.Definitions)) {
		s := doc.Definitions[name]
		ref.Types = append(ref.Types, typeEntry{Name: name, About: s.Description, Fields: s.fields()})
	}
	return ref, nil
}

// methods in the order in which they are shown.
var methods = []string{"get", "post", "put", "patch", "delete"}

func (d document) operations(tag string) []operation {
	var found []operation
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for _, method := range methods {
			o, ok := d.Paths[path][method]
			if !ok || !slices.Contains(o.Tags, tag) {
				continue
			}
			op := operation{ID: o.OperationID, Method: strings.ToUpper(method), Path: path, About: o.Summary, Answer: refOf(o.Responses["200"].Schema)}
			for _, p := range o.Parameters {
				op.Inputs = append(op.Inputs, p.field())
			}
			found = append(found, op)
		}
	}
	return found
}

func (p parameter) field() field {
	kind := &p.schema
	if p.Schema != nil {
		kind = p.Schema
	}
	return field{Name: p.Name, Where: p.In, About: p.Description, Required: p.Required, Type: refOf(kind)}
}

func (s schema) fields() []field {
	var fields []field
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		fields = append(fields, field{Name: name, About: p.Description, Type: refOf(&p)})
	}
	return fields
}

// refOf words a type: the name of a described one, "list of …", or JSON's own with its format.
func refOf(s *schema) typeRef {
	switch {
	case s == nil:
		return typeRef{Text: "nothing"}
	case s.Ref != "":
		name := s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]
		return typeRef{Text: name, Target: name}
	case s.Type == "array":
		item := refOf(s.Items)
		return typeRef{Text: "list of " + item.Text, Target: item.Target}
	case s.Properties["result"].Ref != "":
		result := s.Properties["result"]
		item := refOf(&result)
		return typeRef{Text: "stream of " + item.Text, Target: item.Target}
	case s.Format != "":
		return typeRef{Text: s.Type + " (" + s.Format + ")"}
	case s.Type == "":
		return typeRef{Text: "any"}
	default:
		return typeRef{Text: s.Type}
	}
}
