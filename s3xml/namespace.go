package s3xml

import (
	"bytes"
	"strings"
)

// namespace is a prefix that is declared in an open element. S3XML has no namespaces, but elements that it does not know
// may have, and must keep them when they are sent on in another document.
type namespace struct {
	prefix, uri string
	depth       int // number of elements open inside the one that declares it, itself included
}

// bind checks the namespaces of the last start tag and records its declarations.
func (t *tagger) bind() error {
	if err := t.declare(); err != nil {
		return err
	}
	if prefix, _, ok := strings.Cut(t.elementName(t.at), ":"); ok {
		if !validName(t.elementName(t.at)) || t.uri(prefix) == "" {
			return t.syntax("element %s: its namespace prefix is not declared", t.elementName(t.at))
		}
	}
	end := len(t.tape)
	for i := t.at + 1; i < end; i++ {
		if err := t.bindAttr(i); err != nil {
			return err
		}
	}
	return nil
}

// known reports whether the last start tag is one that S3XML gives a meaning: the root, or a resource, data, reference.
func (t *tagger) known() bool { return t.tape[t.at].op != opOther || len(t.stack) == 1 }

// declare records the declarations of the last start tag.
func (t *tagger) declare() error {
	for i := t.at + 1; i < len(t.tape); i++ {
		name, uri := t.attrName(&t.tape[i]), string(t.bytes(t.tape[i].text))
		if name == "xmlns" && uri != "" && t.known() {
			return t.syntax("element %s: S3XML has no namespace, xmlns=%q makes the document another one", t.elementName(t.at), shorten(uri))
		}
		prefix, ok := strings.CutPrefix(name, "xmlns:")
		if !ok {
			continue
		}
		if prefix == "xml" || prefix == "xmlns" || uri == "" || !validName(name) {
			return t.syntax("%s=%q is no valid namespace declaration", shorten(name), shorten(uri))
		}
		if len(t.spaces) == maxNamespaces {
			return t.exceeded("Namespaces", maxNamespaces)
		}
		t.spaces = append(t.spaces, namespace{prefix: prefix, uri: uri, depth: len(t.stack)})
	}
	return nil
}

// uri returns what a prefix stands for, "" if it is not declared.
func (t *tagger) uri(prefix string) string {
	if prefix == "xml" {
		return "http://www.w3.org/XML/1998/namespace"
	}
	for i := len(t.spaces) - 1; i >= 0; i-- {
		if t.spaces[i].prefix == prefix {
			return t.spaces[i].uri
		}
	}
	return ""
}

// bindAttr checks the prefix of one attribute. An attribute of a known element takes the declaration of its prefix
// with it, as a further attribute.
func (t *tagger) bindAttr(at int) error {
	name := t.attrName(&t.tape[at])
	prefix, local, ok := strings.Cut(name, ":")
	if !ok || prefix == "xmlns" {
		return nil
	}
	uri := t.uri(prefix)
	if !validName(name) || uri == "" {
		return t.syntax("attribute %s: its namespace prefix is not declared", shorten(name))
	}
	for i := t.at + 1; i < at; i++ {
		other := t.bytes(t.tape[i].name)
		if p, l, ok := bytes.Cut(other, []byte{':'}); ok && string(l) == local && string(p) != "xmlns" && t.uri(string(p)) == uri {
			return t.syntax("attribute %s occurs twice in its namespace", shorten(name))
		}
	}
	if prefix != "xml" && t.known() {
		t.inherit("xmlns:"+prefix, uri)
	}
	return nil
}

// inherit adds a declaration to the last start tag unless it has it.
func (t *tagger) inherit(name, uri string) {
	for i := t.at + 1; i < len(t.tape); i++ {
		if t.tape[i].key == keyOther && string(t.bytes(t.tape[i].name)) == name {
			return
		}
	}
	t.tape = append(t.tape, event{op: opAttr, name: t.keep([]byte(name)), text: t.keep([]byte(uri))})
}

// inheritAll adds the declarations in force to the last start tag, for an element that leaves its document.
func (t *tagger) inheritAll() {
	for i := len(t.spaces) - 1; i >= 0; i-- {
		t.inherit("xmlns:"+t.spaces[i].prefix, t.spaces[i].uri)
	}
}
