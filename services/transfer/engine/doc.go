// Package engine holds the steps of an exchange: pull, push, import and export. It knows neither HTTP nor SQL;
// what it needs of both it asks for through the interfaces in this package. The same import serves the answer
// to a pull, an incoming push, a retried reject and a file, so that one policy.Decide rules them all.
package engine
