// Package openapi holds the description of the REST API, served as /openapi.json and used to generate the
// types of the admin pages. The document is finished from what the generator makes out of the contracts and
// http.yaml, so that it says what clients really see.
package openapi

import _ "embed"

//go:generate go run ./finish gen/edensync.swagger.json openapi.json

//go:embed openapi.json
var document []byte

// Document is the description in OpenAPI 2.0, as JSON.
func Document() []byte { return document }
