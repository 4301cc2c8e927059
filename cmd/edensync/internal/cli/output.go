package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"text/tabwriter"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	configv1 "github.com/edensync/edensync/proto/gen/edensync/config/v1"
	"github.com/edensync/edensync/proto/restjson"
)

// Listing limits how much a list answers; embed.
type Listing struct {
	Limit int `help:"Most lines to answer; 0: all." default:"100" short:"n"`
}

// maxPage is the largest page that the site gives.
const maxPage = 500

// list reads a list page by page and prints it. page makes an empty answer, which holds one list of messages and a token.
func (e *Env) list(path string, query url.Values, limit Listing, page func() proto.Message, columns ...string) error {
	if query == nil {
		query = url.Values{}
	}
	var all []proto.Message
	for {
		size := maxPage
		if limit.Limit > 0 {
			size = min(size, limit.Limit-len(all))
		}
		query.Set("pageSize", strconv.Itoa(size))
		answer := page()
		if err := e.call("GET", path+"?"+query.Encode(), nil, answer); err != nil {
			return err
		}
		all = append(all, itemsOf(answer)...)
		token := textAt(answer, "nextPageToken")
		if token == "" {
			return e.printList(all, columns)
		}
		if limit.Limit > 0 && len(all) >= limit.Limit {
			return e.printCut(all, columns)
		}
		query.Set("pageToken", token)
	}
}

func (e *Env) printCut(all []proto.Message, columns []string) error {
	if err := e.printList(all, columns); err != nil {
		return err
	}
	_, err := fmt.Fprintf(e.Err, "There are more than these %d; ask for all with --limit 0.\n", len(all))
	return err
}

// itemsOf are the messages of the only list of messages in an answer.
func itemsOf(answer proto.Message) []proto.Message {
	message := answer.ProtoReflect()
	fields := message.Descriptor().Fields()
	for i := range fields.Len() {
		if field := fields.Get(i); field.IsList() && field.Message() != nil {
			list := message.Get(field).List()
			found := make([]proto.Message, list.Len())
			for n := range found {
				found[n] = list.Get(n).Message().Interface()
			}
			return found
		}
	}
	return nil
}

func (e *Env) printList(all []proto.Message, columns []string) error {
	if e.remote.Output == "json" {
		return e.printJSONList(all)
	}
	if len(all) == 0 {
		e.line("No entries found")
		return nil
	}
	w := tabwriter.NewWriter(e.Out, 0, 0, 2, ' ', 0)
	headings := make([]string, len(columns))
	for i, column := range columns {
		headings[i] = heading(column)
	}
	row(w, headings)
	for _, m := range all {
		row(w, e.cells(m, columns))
	}
	return w.Flush()
}

// row writes one line of a table; errors come with Flush.
func row(w io.Writer, cells []string) { _, _ = fmt.Fprintln(w, strings.Join(cells, "\t")) }

const columnWidth = 60

func (e *Env) cells(m proto.Message, columns []string) []string {
	cells := make([]string, len(columns))
	for i, column := range columns {
		text := textAt(m, column)
		if strings.HasSuffix(strings.ToLower(column), "repositoryid") && e.names[text] != "" {
			text = e.names[text]
		}
		if cells[i] = shorten(clean(text), columnWidth); text == "" {
			cells[i] = "-"
		}
	}
	return cells
}

func (e *Env) printJSONList(all []proto.Message) error {
	var out bytes.Buffer
	out.WriteByte('[')
	for i, m := range all {
		if i > 0 {
			out.WriteByte(',')
		}
		text, err := restjson.Marshal(m)
		if err != nil {
			return err
		}
		out.Write(text)
	}
	out.WriteByte(']')
	return e.printJSON(out.Bytes())
}

func (e *Env) printJSON(text []byte) error {
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintln(e.Out, out.String())
	return err
}

// print shows one message with everything that is set.
func (e *Env) print(m proto.Message) error {
	if e.remote.Output == "json" {
		text, err := restjson.Marshal(m)
		if err != nil {
			return err
		}
		return e.printJSON(text)
	}
	var out strings.Builder
	details(&out, m.ProtoReflect(), "")
	_, err := io.WriteString(e.Out, out.String())
	return err
}

// details writes the fields of a message, nested ones further to the right.
func details(out *strings.Builder, message protoreflect.Message, indent string) {
	for _, field := range told(message) {
		switch {
		case !ours(field):
			fmt.Fprintf(out, "%s%s: %s\n", indent, label(field), clean(fieldText(message, field)))
		case field.IsList():
			fmt.Fprintf(out, "%s%s:\n", indent, label(field))
			list := message.Get(field).List()
			for n := range list.Len() {
				entry(out, list.Get(n).Message(), indent+"  ")
			}
		default:
			fmt.Fprintf(out, "%s%s:\n", indent, label(field))
			details(out, message.Get(field).Message(), indent+"  ")
		}
	}
}

// entry writes one message of a list: on one line if it is flat.
func entry(out *strings.Builder, message protoreflect.Message, indent string) {
	var parts []string
	for _, field := range told(message) {
		if ours(field) {
			fmt.Fprintf(out, "%s-\n", indent)
			details(out, message, indent+"  ")
			return
		}
		parts = append(parts, label(field)+": "+clean(fieldText(message, field)))
	}
	fmt.Fprintf(out, "%s- %s\n", indent, strings.Join(parts, ", "))
}

// told are the fields that are worth telling: those that are set, and switches.
func told(message protoreflect.Message) []protoreflect.FieldDescriptor {
	var found []protoreflect.FieldDescriptor
	fields := message.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		if message.Has(field) || field.Kind() == protoreflect.BoolKind && !field.HasPresence() && !field.IsList() {
			found = append(found, field)
		}
	}
	return found
}

// ours reports whether the field holds messages of the contracts, and not times or durations.
func ours(field protoreflect.FieldDescriptor) bool {
	return field.Message() != nil && !field.IsMap() && strings.HasPrefix(string(field.Message().FullName()), "edensync.")
}

func label(field protoreflect.FieldDescriptor) string {
	return strings.ReplaceAll(string(field.Name()), "_", " ")
}

// knowNames asks for the names of all repositories, so that lists can show them instead of ids.
func (e *Env) knowNames() error {
	if e.remote.Output == "json" || e.names != nil {
		return nil
	}
	e.names = map[string]string{}
	token := ""
	for {
		page := &configv1.ListRepositoriesResponse{}
		query := url.Values{"pageSize": {strconv.Itoa(maxPage)}, "pageToken": {token}}
		if err := e.call("GET", "/repositories?"+query.Encode(), nil, page); err != nil {
			return err
		}
		for _, r := range page.GetRepositories() {
			e.names[r.GetId()] = r.GetName()
		}
		if token = page.GetNextPageToken(); token == "" {
			return nil
		}
	}
}
