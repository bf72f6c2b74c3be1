// Package functions runs all examples of the registry of functions through the whole compiler: one job selects whether each of them gives what its
// documentation says, a hundred in a statement.
package functions
