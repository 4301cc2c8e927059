package cli

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	transferv1 "github.com/edensync/edensync/proto/gen/edensync/transfer/v1"
)

// recordsCommand reads and edits the records of this site.
type recordsCommand struct {
	Remote    `embed:""`
	Resources recordsResources `cmd:"" help:"List the resources that this site has records of."`
	List      recordsList      `cmd:"" help:"List the records of a resource, last changed first."`
	Show      recordsShow      `cmd:"" help:"Show one record with components and history."`
	Add       recordsAdd       `cmd:"" help:"Add a record. It travels with the next exchange."`
	Edit      recordsEdit      `cmd:"" help:"Change fields of a record."`
	Remove    recordsRemove    `cmd:"" help:"Delete a record; the deletion travels."`
}

type recordsResources struct {
	Listing
	Query string `query:"query" help:"Only those whose name contains this."`
}

// Run lists resources.
func (c *recordsResources) Run(e *Env) error {
	query, err := e.selection(c, "")
	if err != nil {
		return err
	}
	return e.list("/resources", query, c.Listing, func() proto.Message { return &transferv1.ListResourcesResponse{} },
		"name", "recordCount", "deletedCount", "danglingReferenceCount", "lastChangeTime", "keptOut")
}

type recordsList struct {
	Listing
	Resource string `arg:"" help:"Name of the resource, such as org_organisation."`
	Query    string `query:"query" help:"Only those whose uid or values contain this."`
	Deleted  bool   `query:"includeDeleted" help:"Deleted ones, too."`
	Origin   string `help:"Only those that came from this repository." placeholder:"NAME"`
}

// Run lists records.
func (c *recordsList) Run(e *Env) error {
	query, err := e.selection(c, "")
	if err != nil {
		return err
	}
	if c.Origin != "" {
		repository, err := e.repository(c.Origin)
		if err != nil {
			return err
		}
		query.Set("originRepositoryId", repository.GetId())
	}
	if err := e.knowNames(); err != nil {
		return err
	}
	return e.list("/resources/"+url.PathEscape(c.Resource)+"/records", query, c.Listing,
		func() proto.Message { return &transferv1.ListRecordsResponse{} },
		"uid", "label", "modifiedOn", "arrivedOn", "originRepositoryId", "mci", "deleted", "change")
}

// recordName names a record.
type recordName struct {
	Resource string `arg:"" help:"Name of the resource."`
	UID      string `arg:"" name:"uid" help:"Identifier of the record."`
}

func (n recordName) path() string {
	return "/resources/" + url.PathEscape(n.Resource) + "/records/" + url.PathEscape(n.UID)
}

type recordsShow struct{ recordName }

// Run shows one record.
func (c *recordsShow) Run(e *Env) error { return e.show(c.path(), &transferv1.Record{}) }

const assignments = "FIELD=TEXT, FIELD:=JSON for numbers, true, false, lists and null, FIELD@RESOURCE=UID,… for references."

type recordsAdd struct {
	Resource string   `arg:"" help:"Name of the resource."`
	Values   []string `arg:"" sep:"none" help:"FIELD=TEXT, FIELD:=JSON for numbers, true, false, lists and null, FIELD@RESOURCE=UID,… for references."`
	UID      string   `name:"uid" help:"Identifier that all sites share. Default: a new one." placeholder:"UID"`
	Parent   string   `help:"For a component: RESOURCE/UID of its master record." placeholder:"RESOURCE/UID"`
	Alias    string   `help:"For a component: name of the relation."`
}

// Run adds a record.
func (c *recordsAdd) Run(e *Env) error {
	if c.UID == "" {
		c.UID = "urn:uuid:" + uuid.NewString()
	}
	in := &transferv1.Record{Alias: c.Alias}
	if c.Parent != "" {
		resource, uid, found := strings.Cut(c.Parent, "/")
		if !found {
			return &outcome{code: exitUsage, err: fmt.Errorf("--parent %q: write RESOURCE/UID", c.Parent)}
		}
		in.ParentResourceName, in.ParentUid = resource, uid
	}
	return e.put(recordName{c.Resource, c.UID}, in, c.Values)
}

type recordsEdit struct {
	recordName
	Values []string `arg:"" sep:"none" help:"FIELD=TEXT, FIELD:=JSON for numbers, true, false, lists and null, FIELD@RESOURCE=UID,… for references. FIELD= empties the text; other fields stay."`
}

// Run changes a record.
func (c *recordsEdit) Run(e *Env) error {
	stored := &transferv1.Record{}
	if err := e.call("GET", c.path(), nil, stored); err != nil {
		return err
	}
	in := &transferv1.Record{
		Fields: stored.GetFields(), References: stored.GetReferences(), Etag: stored.GetEtag(),
		ParentResourceName: stored.GetParentResourceName(), ParentUid: stored.GetParentUid(), Alias: stored.GetAlias(),
	}
	return e.put(c.recordName, in, c.Values)
}

// put stores a record with the assigned values and prints it.
func (e *Env) put(name recordName, in *transferv1.Record, values []string) error {
	for _, text := range values {
		if err := assign(in, text); err != nil {
			return &outcome{code: exitUsage, err: err}
		}
	}
	out := &transferv1.Record{}
	if err := e.call("PUT", name.path(), in, out); err != nil {
		return err
	}
	return e.print(out)
}

// assign reads one assignment into the record.
func assign(record *transferv1.Record, text string) error {
	left, value, found := strings.Cut(text, "=")
	name, typed := strings.CutSuffix(left, ":")
	field, resource, reference := strings.Cut(name, "@")
	switch {
	case !found || field == "" || typed && reference:
		return fmt.Errorf("%q is no assignment; write %s", text, assignments)
	case reference:
		setReference(record, field, resource, value)
		return nil
	case typed:
		kind, plain, err := kindOf(value)
		if err != nil {
			return fmt.Errorf("%q: what follows := is no JSON: %w", text, err)
		}
		setValue(record, field, plain, kind)
		return nil
	default:
		setValue(record, field, value, transferv1.FieldKind_FIELD_KIND_TEXT)
		return nil
	}
}

func setValue(record *transferv1.Record, name, value string, kind transferv1.FieldKind) {
	set := &transferv1.RecordField{Name: name, Value: value, Kind: kind}
	for i, field := range record.GetFields() {
		if field.GetName() == name {
			record.Fields[i] = set
			return
		}
	}
	record.Fields = append(record.Fields, set)
}

func setReference(record *transferv1.Record, name, resource, uids string) {
	record.References = slices.DeleteFunc(record.GetReferences(), func(r *transferv1.RecordReference) bool { return r.GetName() == name })
	if uids == "" {
		return
	}
	record.References = append(record.References, &transferv1.RecordReference{
		Name: name, ResourceName: resource, Uids: strings.Split(uids, ","),
	})
}

// kindOf tells how a JSON value is stored.
func kindOf(text string) (transferv1.FieldKind, string, error) {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return 0, "", err
	}
	switch v := value.(type) {
	case nil:
		return transferv1.FieldKind_FIELD_KIND_NULL, "", nil
	case bool:
		return transferv1.FieldKind_FIELD_KIND_BOOLEAN, fmt.Sprint(v), nil
	case float64:
		return transferv1.FieldKind_FIELD_KIND_NUMBER, strings.TrimSpace(text), nil
	case string:
		return transferv1.FieldKind_FIELD_KIND_TEXT, v, nil
	default:
		return transferv1.FieldKind_FIELD_KIND_JSON, strings.TrimSpace(text), nil
	}
}

type recordsRemove struct{ recordName }

// Run deletes a record.
func (c *recordsRemove) Run(e *Env) error {
	if err := e.call("DELETE", c.path(), nil, nil); err != nil {
		return err
	}
	e.say("%s was deleted; the deletion travels with the next exchange.", clean(c.UID))
	return nil
}
