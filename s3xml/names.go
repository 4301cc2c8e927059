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

// keysByLength are the known names by their length, which tells nearly all of them apart.
var keysByLength = func() (table [16][]key) {
	for k := keyOther + 1; k < keys; k++ {
		n := len(keyNames[k])
		table[n] = append(table[n], k)
	}
	return table
}()

// keyOf returns the key of an attribute name, keyOther if the format does not know it.
func keyOf(name []byte) key {
	if len(name) >= len(keysByLength) {
		return keyOther
	}
	for _, k := range keysByLength[len(name)] {
		if keyNames[k] == string(name) {
			return k
		}
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
