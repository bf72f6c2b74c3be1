//go:build !race

package badinput

const instrumented = 1
