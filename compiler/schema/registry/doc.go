// Package registry fetches schemas from a schema registry with Confluent's interface, while a job is built.
//
// In: the address of a registry and the name of a subject, or the number of a schema. Out: the text of the schema, with those that it
// refers to.
//
// Forbidden here: running jobs; what a job needs of a schema is in its code and in the lock file.
package registry
