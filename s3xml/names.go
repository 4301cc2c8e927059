package s3xml

// key is an attribute that the format knows, so that its name need not be copied for each occurrence.
type key uint8

const (
	keyOther key = iota
	keyName
	keyUUID
	keyTUID
	keyAlias
	keyMCI
	keyCreatedOn
	keyModifiedOn
	keyDeleted
	keyReplacedBy
	keyField
	keyValue
	keyURL
	keyFilename
	keyResource
	keyCreatedBy
	keyModifiedBy
	keyOwnedByUser
	keyOwnedByGroup
	keyApproved
	keyError
	keyNull
	keyLat
	keyLon
	keys // how many there are; at most 32
)

var keyNames = [keys]string{
	keyName:         "name",
	keyUUID:         "uuid",
	keyTUID:         "tuid",
	keyAlias:        "alias",
	keyMCI:          "mci",
	keyCreatedOn:    "created_on",
	keyModifiedOn:   "modified_on",
	keyDeleted:      "deleted",
	keyReplacedBy:   "replaced_by",
	keyField:        "field",
	keyValue:        "value",
	keyURL:          "url",
	keyFilename:     "filename",
	keyResource:     "resource",
	keyCreatedBy:    "created_by",
	keyModifiedBy:   "modified_by",
	keyOwnedByUser:  "owned_by_user",
	keyOwnedByGroup: "owned_by_group",
	keyApproved:     "approved",
	keyError:        "error",
	keyNull:         "null",
	keyLat:          "lat",
	keyLon:          "lon",
}

// keyOf returns the key of an attribute name, keyOther if the format does not know it.
//
//nolint:gocyclo // A table, written as the switch that the compiler makes a binary search of.
func keyOf(name []byte) key {
	switch string(name) {
	case "name":
		return keyName
	case "uuid":
		return keyUUID
	case "tuid":
		return keyTUID
	case "alias":
		return keyAlias
	case "mci":
		return keyMCI
	case "created_on":
		return keyCreatedOn
	case "modified_on":
		return keyModifiedOn
	case "deleted":
		return keyDeleted
	case "replaced_by":
		return keyReplacedBy
	case "field":
		return keyField
	case "value":
		return keyValue
	case "url":
		return keyURL
	case "filename":
		return keyFilename
	case "resource":
		return keyResource
	case "created_by":
		return keyCreatedBy
	case "modified_by":
		return keyModifiedBy
	case "owned_by_user":
		return keyOwnedByUser
	case "owned_by_group":
		return keyOwnedByGroup
	case "approved":
		return keyApproved
	case "error":
		return keyError
	case "null":
		return keyNull
	case "lat":
		return keyLat
	case "lon":
		return keyLon
	}
	return keyOther
}

// op says what an event on the tape is: the start of an element, an attribute of the element before it, the end of
// a resource or reference, or a whole unknown element.
type op uint8

const (
	opOther op = iota
	opResource
	opData
	opReference
	opAttr
	opEnd
	opUnknown
)

var opNames = [...]string{opResource: "resource", opData: "data", opReference: "reference"}

// opOf returns the kind of an element by its name.
func opOf(name []byte) op {
	switch string(name) {
	case "data":
		return opData
	case "reference":
		return opReference
	case "resource":
		return opResource
	}
	return opOther
}

// span is a part of the arena.
type span struct{ from, to uint32 }

// event is one entry of the tape on which a record is collected before its strings exist.
type event struct {
	op  op
	key key
	// name is the name of an attribute that has no key, and of an element that is no resource, data or reference.
	name span
	// text is the value of an attribute, the text of data and references, the XML of an unknown element.
	text span
	// children counts the child elements of a resource, to make its slices of the right size.
	children struct{ data, references, components uint32 }
}
