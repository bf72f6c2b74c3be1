// Package run compiles the golden programs of package kafka into one test and runs them against a broker in the test's own process.
package run
