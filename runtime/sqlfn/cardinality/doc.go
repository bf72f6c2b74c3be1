// Package cardinality counts different values in bounded memory: the state of APPROX_COUNT_DISTINCT.
//
// In: values, as hashes of 64 bits. Out: their number, exact up to 512, then with a standard error of 0.8 %. It depends on nothing but the set of values:
// not on their order, and not on how they were divided among workers.
//
// Forbidden here: randomness, and any knowledge of SQL types.
package cardinality
