// Package over holds the rows that functions over windows look at: OVER (PARTITION BY … ORDER BY …), Top-N and ORDER BY.
//
// In: rows of generated types, one after the other. Out: the same rows, by their place in a partition or in an order. Which functions look
// at them, and how, is generated. Everything here is single-threaded, and after it has grown to the size that a job needs, adding a
// row allocates nothing.
//
// Forbidden here: SQL functions, connectors, clocks.
package over
