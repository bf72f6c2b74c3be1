// Command veloc compiles streaming SQL to Go programs: it checks, explains, formats, generates, builds and runs SQL files.
//
// In: flags and SQL files. Out: diagnostics on standard error, results on standard output, exit codes (0 done, 1 diagnostics,
// 2 usage, 3 run failed; `veloc run` passes on those of the program).
//
// Forbidden here: everything but reading flags and files, calling package veloc, and printing. One file per command.
package main
