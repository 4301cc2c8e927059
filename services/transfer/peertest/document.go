package peertest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
)

const wireTime = "2006-01-02T15:04:05"

// node is an element of a document. The fake reads whole trees: it is for tests, not for speed.
type node struct {
	name     string
	attrs    []xml.Attr
	children []*node
	text     string
}

var errEmptyDocument = errors.New("Document is empty, line 1, column 1") //nolint:staticcheck // the words are those of lxml

// parse reads a document. Like Eden it does not care for the name of the root.
func parse(document []byte) (*node, error) {
	decoder := xml.NewDecoder(bytes.NewReader(document))
	top := &node{}
	stack := []*node{top}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		current := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.StartElement:
			child := &node{name: t.Name.Local, attrs: slices.Clone(t.Attr)}
			current.children = append(current.children, child)
			stack = append(stack, child)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			current.text += string(t)
		}
	}
	if len(top.children) == 0 {
		return nil, errEmptyDocument
	}
	return top.children[0], nil
}

func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// write spells an element without indentation, as Eden does.
func (n *node) write(b *strings.Builder) {
	b.WriteString("<" + n.name)
	for _, a := range n.attrs {
		writeAttr(b, a.Name.Local, a.Value)
	}
	if len(n.children) == 0 && n.text == "" {
		b.WriteString("/>")
		return
	}
	b.WriteString(">")
	if len(n.children) == 0 {
		b.WriteString(escape(n.text))
	}
	for _, child := range n.children {
		child.write(b)
	}
	b.WriteString("</" + n.name + ">")
}

func writeAttr(b *strings.Builder, name, value string) {
	b.WriteString(" " + name + `="` + escape(value) + `"`)
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

// content is the inner elements of a record as a list.
func content(inner string) []*node {
	root, err := parse([]byte("<content>" + inner + "</content>"))
	if err != nil {
		return nil
	}
	return root.children
}

func spell(children []*node) string {
	var b strings.Builder
	for _, child := range children {
		child.write(&b)
	}
	return b.String()
}

// same tells whether two inner elements speak of the same field or component.
func same(a, b *node) bool {
	if a.name != b.name {
		return false
	}
	if a.name == "resource" {
		return a.attr("name") == b.attr("name") && a.attr("uuid") == b.attr("uuid")
	}
	return a.attr("field") == b.attr("field")
}

// merge puts the transmitted fields over the stored ones; what is not transmitted stays.
func merge(stored, incoming []*node) []*node {
	merged := slices.Clone(stored)
	for _, child := range incoming {
		if i := slices.IndexFunc(merged, func(n *node) bool { return same(n, child) }); i >= 0 {
			merged[i] = child
		} else {
			merged = append(merged, child)
		}
	}
	return merged
}

// references lists what a record and its components refer to.
func references(children []*node) []*node {
	var found []*node
	for _, child := range children {
		if child.name == "reference" {
			found = append(found, child)
		}
		found = append(found, references(child.children)...)
	}
	return found
}

// field is the value of a data field as a filter compares it.
func field(children []*node, name string) string {
	for _, child := range children {
		if child.attr("field") != name {
			continue
		}
		if v := child.attr("uuid"); v != "" {
			return v
		}
		return child.text
	}
	return ""
}

func parseTime(s string) (time.Time, bool) {
	t, err := time.Parse(wireTime, s)
	return t, err == nil
}
