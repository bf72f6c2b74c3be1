// Package over compares the ways in which OVER runs with each other: rows that get their results when they come, when event time has passed
// them, among the last rows of a buffer, and at the end of the input.
//
// In: random calls over random rows, which are written to a file in an order that a watermark allows. Out: each way must give the result
// that sorting all rows at the end gives (which golden/foreign compares with DuckDB), with any number of workers and any size of chunks.
package over
