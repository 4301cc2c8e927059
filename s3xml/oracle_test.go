package s3xml_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/edensync/edensync/s3xml"
)

// node is an element as encoding/xml sees it; texts are nodes without name.
type node struct {
	name     string
	attrs    []s3xml.Attr
	text     string
	children []node
}

// oracle parses a document with encoding/xml, the parser that the decoder is compared with.
func oracle(doc []byte) (node, error) {
	// Token checks more than RawToken, RawToken keeps prefixes.
	checked := xml.NewDecoder(bytes.NewReader(doc))
	checked.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		if _, err := checked.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return node{}, err
		}
	}
	raw := xml.NewDecoder(bytes.NewReader(doc))
	raw.CharsetReader = checked.CharsetReader
	top, err := oracleChildren(raw)
	if err != nil {
		return node{}, err
	}
	for _, child := range top {
		if child.name != "" {
			return child, nil
		}
	}
	return node{}, errors.New("no root element")
}

// oracleChildren reads the content of an element up to its end tag.
func oracleChildren(d *xml.Decoder) ([]node, error) {
	var nodes []node
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nodes, nil
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			n := node{name: oracleName(token.Name)}
			for _, a := range token.Attr {
				n.attrs = append(n.attrs, s3xml.Attr{Name: oracleName(a.Name), Value: a.Value})
			}
			if n.children, err = oracleChildren(d); err != nil {
				return nil, err
			}
			nodes = append(nodes, n)
		case xml.CharData:
			if last := len(nodes) - 1; last >= 0 && nodes[last].name == "" {
				nodes[last].text += string(token)
			} else {
				nodes = append(nodes, node{text: string(token)})
			}
		case xml.EndElement:
			return nodes, nil
		}
	}
}

func oracleName(n xml.Name) string {
	if n.Space != "" {
		return n.Space + ":" + n.Local
	}
	return n.Local
}

// oracleRecords makes the records of a parsed document, straight from the description of the format.
func oracleRecords(root node) []s3xml.Record {
	var records []s3xml.Record
	for _, n := range root.children {
		if n.name == "resource" {
			records = append(records, oracleRecord(n))
		}
	}
	return records
}

func oracleRecord(n node) s3xml.Record {
	r := s3xml.Record{}
	places := map[string]*string{
		"name": &r.Name, "uuid": &r.UUID, "tuid": &r.TUID, "alias": &r.Alias, "mci": &r.MCI, "created_on": &r.CreatedOn,
		"modified_on": &r.ModifiedOn, "deleted": &r.Deleted, "replaced_by": &r.ReplacedBy,
	}
	r.Attrs = oracleAttrs(n, places)
	for _, child := range n.children {
		simple := !slices.ContainsFunc(child.children, func(c node) bool { return c.name != "" })
		switch {
		case child.name == "resource":
			r.Components = append(r.Components, oracleRecord(child))
		case child.name == "data" && simple:
			d := s3xml.Data{Text: child.textOf()}
			d.Attrs = oracleAttrs(child, map[string]*string{"field": &d.Field, "value": &d.Value, "url": &d.URL, "filename": &d.Filename})
			d.HasValue = slices.ContainsFunc(child.attrs, func(a s3xml.Attr) bool { return a.Name == "value" })
			r.Data = append(r.Data, d)
		case child.name == "reference" && (simple || child.firstElement() == "resource"):
			r.References = append(r.References, oracleReferences(child)...)
		case child.name != "":
			r.Unknown = append(r.Unknown, s3xml.Element{Name: child.name, XML: child.canonical()})
		}
	}
	return r
}

// oracleAttrs puts the attributes into their places and returns the others.
func oracleAttrs(n node, places map[string]*string) []s3xml.Attr {
	var others []s3xml.Attr
	for _, a := range n.attrs {
		if place, ok := places[a.Name]; ok {
			*place = a.Value
		} else {
			others = append(others, a)
		}
	}
	return others
}

func oracleReferences(n node) []s3xml.Reference {
	r := s3xml.Reference{}
	r.Attrs = oracleAttrs(n, map[string]*string{"field": &r.Field, "resource": &r.Resource, "uuid": &r.UUID, "tuid": &r.TUID, "value": &r.Value})
	if n.firstElement() == "" {
		r.Text = n.textOf()
		return []s3xml.Reference{r}
	}
	if n.children[0].name == "" {
		r.Text = strings.TrimSpace(n.children[0].text)
	}
	var all []s3xml.Reference
	for _, child := range n.children {
		if child.name != "" {
			target := oracleRecord(child)
			one := r
			one.Record = &target
			all = append(all, one)
		}
	}
	return all
}

func (n *node) textOf() string {
	var all strings.Builder
	for _, child := range n.children {
		all.WriteString(child.text)
	}
	return all.String()
}

func (n *node) firstElement() string {
	for _, child := range n.children {
		if child.name != "" {
			return child.name
		}
	}
	return ""
}

// canonical writes an element without its namespace declarations, which the decoder adds to.
func (n *node) canonical() string {
	if n.name == "" {
		return xmlText(n.text)
	}
	attrs := slices.DeleteFunc(slices.Clone(n.attrs), func(a s3xml.Attr) bool { return isDeclaration(a.Name) })
	slices.SortFunc(attrs, func(a, b s3xml.Attr) int { return strings.Compare(a.Name, b.Name) })
	var b strings.Builder
	b.WriteString("<" + n.name)
	for _, a := range attrs {
		b.WriteString(" " + a.Name + "='" + xmlText(a.Value) + "'")
	}
	b.WriteString(">")
	for _, child := range n.children {
		b.WriteString(child.canonical())
	}
	return b.String() + "</" + n.name + ">"
}

func isDeclaration(name string) bool { return name == "xmlns" || strings.HasPrefix(name, "xmlns:") }

func xmlText(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err)
	}
	return b.String()
}
