//go:build race

package badinput

// instrumented is how many times more memory a program uses under the race detector, at most.
const instrumented = 6
