package sqldb

import (
	"database/sql/driver"
	"fmt"

	"modernc.org/sqlite"
)

// DefineFunction makes a function of two texts known to every SQLite database that is opened afterwards, for migrations. It
// must answer the same for the same texts, for ever. A name that is taken is a defect of the program and panics.
func DefineFunction(name string, fn func(a, b string) int64) {
	sqlite.MustRegisterDeterministicScalarFunction(name, 2, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		a, isText := args[0].(string)
		b, isTextToo := args[1].(string)
		if !isText || !isTextToo {
			return nil, fmt.Errorf("%s(%T, %T): want two texts", name, args[0], args[1])
		}
		return fn(a, b), nil
	})
}
