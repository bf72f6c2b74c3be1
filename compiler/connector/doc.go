// Package connector says what each connector is: its properties with types, defaults and documentation, the formats it reads or
// writes, its guarantees, and the Go names that generated code calls. It also lists the properties that belong to statements and
// formats rather than to one connector.
//
// In: nothing. Out: one Spec per connector, looked up by name, and the connector reference that is printed from them. A property
// is listed here exactly when the runtime obeys it.
//
// Forbidden here: syntax nodes, diagnostics, opening files or sockets.
package connector
