// Package schema reads and writes descriptions of rows in the languages of other systems: Avro, Protocol Buffers and JSON Schema.
//
// In: the text of a schema. Out: columns with SQL types and the place where each is declared, or problems with theirs; and, the other
// way round, columns as DDL, YAML, Avro and JSON Schema.
//
// The rules of all three are the same: what has no SQL type of its own and can hold anything, such as a union of a number and a record, is
// JSON; a record inside of itself is JSON at the place where it would begin again; an enumeration is STRING.
//
// Forbidden here: rows. How a format encodes them is the business of decoders.
package schema
