package pagetoken

import "github.com/edensync/edensync/internal/apierr"

// Sizes of pages in rows.
const (
	DefaultSize = 50  // unless the caller names one
	MaxSize     = 500 // a caller that asks for more gets this many
)

// Size is how many rows a page holds when a caller asks for so many; 0 leaves it to the site. A negative size is an
// INVALID_ARGUMENT error of the field pageSize.
func Size(asked int32) (int, error) {
	switch {
	case asked < 0:
		return 0, apierr.Invalid(apierr.Field{Name: "pageSize", Message: "must not be negative"})
	case asked == 0:
		return DefaultSize, nil
	default:
		return int(min(asked, MaxSize)), nil
	}
}
