package openapi

import (
	"encoding/json"
	"strings"
	"sync"
)

// ReadOnly tells whether a property of a definition is only ever answered, or cannot be changed any more
// after creation.
func ReadOnly(definition, property string) bool {
	return readOnly()[definition+"."+property]
}

// readOnly is read from the comments of the contracts, by way of the document.
var readOnly = sync.OnceValue(func() map[string]bool {
	var doc struct {
		Definitions map[string]struct {
			Properties map[string]struct{ Description string }
		}
	}
	found := map[string]bool{}
	if err := json.Unmarshal(document, &doc); err != nil {
		return found // cannot happen: the document is ours, and a test reads it
	}
	for name, definition := range doc.Definitions {
		for property, p := range definition.Properties {
			if isReadOnly(p.Description) {
				found[name+"."+property] = true
			}
		}
	}
	return found
})

func isReadOnly(description string) bool {
	return strings.HasPrefix(description, "Output only.") || strings.Contains(description, "Immutable.")
}
