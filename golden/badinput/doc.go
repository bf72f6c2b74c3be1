// Package badinput runs golden programs on input and output that fail, as users run them: with flags, until they exit. What the user reads is
// compared word by word, because a clear message is part of the work: a row that fails is counted and reported with its line, a run that
// fails says why and what to do, and never leaves half a file under its final name.
package badinput
