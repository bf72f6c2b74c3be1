// Package digest holds the SQL functions that make digests of texts and bytes. They have a package of their own so that only jobs that
// use them link cryptography.
//
// In: texts or bytes, and the arena that results go to. Out: digests in lower case hexadecimal, or as an INTEGER.
//
// Forbidden here: allocation per call, but for HMAC, which Go's library cannot make without.
package digest
