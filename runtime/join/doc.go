// Package join holds the rows that wait for partners: indexes of rows by key, and how long they wait.
//
// In: keys, event times, rows. Out: the rows of a key in the order in which they came; rows whose time is over, in order of their
// times. Whether two rows are partners, and what becomes of them, is generated code. Single-threaded.
//
// Forbidden here: clocks, SQL functions, connectors.
package join
