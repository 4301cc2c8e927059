package peer

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// kind is what an answer looks like from its first bytes.
type kind uint8

const (
	unclear kind = iota // more bytes are needed
	isXML
	isJSON
	isHTML
	isText
	isEmpty
)

// sniffLimit is how far into an answer its kind is looked for.
const sniffLimit = 1024

// expectXML makes sure that an answer with HTTP 200 is a document and not Eden's JSON refusal or somebody's web
// page. Content types do not tell: Eden calls its JSON text/html. Nothing of a document is consumed.
func (call *call) expectXML(b *body) error {
	found, err := b.kind()
	if err != nil {
		return err
	}
	switch found {
	case isXML:
		return nil
	case isJSON:
		return call.jsonInsteadOfXML(b)
	case isEmpty:
		return newError(call.op, ReasonBadAnswer, "No data received from peer")
	case isHTML:
		return newError(call.op, ReasonBadAnswer, "The remote site sent a web page instead of data: %s", call.remote.words(b.start(), 0))
	default:
		return newError(call.op, ReasonBadAnswer, "The remote site sent no document: %s", call.remote.words(b.start(), 0))
	}
}

func (call *call) jsonInsteadOfXML(b *body) error {
	var e envelope
	text := b.start()
	if json.Unmarshal(text, &e) != nil || e.Status == "" {
		return newError(call.op, ReasonBadAnswer, "The remote site sent JSON instead of a document")
	}
	return newError(call.op, ReasonRefused, "%s", call.remote.words(text, 0))
}

// start is the text of a short answer that is no document.
func (b *body) start() []byte {
	text, _ := io.ReadAll(io.LimitReader(b, maxErrorBody))
	return text
}

// kind looks at as many bytes as it takes, and no more: a slow answer must not be waited for.
func (b *body) kind() (kind, error) {
	for n := 1; ; n = min(max(n+1, b.plain.Buffered()), sniffLimit) {
		head, err := b.peek(n)
		found := sniff(head)
		switch {
		case found != unclear:
			return found, nil
		case errors.Is(err, io.EOF) && len(bytes.TrimSpace(head)) == 0:
			return isEmpty, nil
		case errors.Is(err, io.EOF), err == nil && n == sniffLimit:
			return isText, nil
		case err != nil:
			return unclear, err
		}
	}
}

// sniff decides by the first element. Declarations, comments and a DOCTYPE before it are passed over: to refuse
// them is the decoder's part.
func sniff(head []byte) kind {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\uFEFF")), " \t\r\n")
	if len(head) == 0 || bytes.HasPrefix([]byte("\uFEFF"), head) {
		return unclear
	}
	if head[0] == '{' || head[0] == '[' {
		return isJSON
	}
	if head[0] != '<' {
		return isText
	}
	for {
		switch {
		case len(head) < 2:
			return unclear
		case hasPrefixFold(head, "<!doctype html"):
			return isHTML
		case head[1] != '?' && head[1] != '!':
			return sniffElement(head[1:])
		}
		end := bytes.IndexByte(head, '>')
		if end < 0 {
			return unclear
		}
		head = bytes.TrimLeft(head[end+1:], " \t\r\n")
		if len(head) > 0 && head[0] != '<' {
			return isXML
		}
	}
}

// htmlElements are first elements of web pages, also of sloppy ones.
var htmlElements = []string{"html", "head", "body", "title", "h1", "p", "div", "meta", "script"}

func sniffElement(name []byte) kind {
	end := bytes.IndexAny(name, " \t\r\n/>")
	if end < 0 {
		return unclear
	}
	for _, element := range htmlElements {
		if bytes.EqualFold(name[:end], []byte(element)) {
			return isHTML
		}
	}
	return isXML
}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && bytes.EqualFold(b[:len(prefix)], []byte(prefix))
}
