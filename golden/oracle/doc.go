// Package oracle tests the whole compiler against an evaluator that is deliberately stupid: it takes the logical plan, keeps every row
// in memory, computes every group from all of its rows, and decides row by row what is late, with big.Rat for DECIMAL and package time
// for calendars. It shares no code with codegen or runtime, so that a mistake has to be made twice to go unseen.
//
// Of what replaces or withdraws rows, the evaluator says what is left when all input has been read: joins, set operations, calls over windows and
// aggregates of changing rows are computed over whole tables, and the changes that a program writes are gathered into one before they are
// compared. Where the SQL leaves a result open (which rows LIMIT takes of unordered ones, what a stream join has forgotten when a late row comes), the evaluator
// says so, and only runs are compared with each other.
//
// In: the golden cases, and programs, schemas and data made at random from a seed. Each program is built once and run with several
// numbers of workers and sizes of chunks; every run must write what the evaluator says, line by line. Out: nothing but test failures,
// which name the seed, the statement and the first row that differs.
//
//	go test ./golden/oracle                                  a fixed set of seeds
//	go test ./golden/oracle -oracle.first 100 -oracle.seeds 50   more of them
//	go test ./golden/oracle -run TestExpressions -oracle.expressions 100000 -oracle.expressionseed 7   random expressions alone, two thousand by default
//	go test ./golden/oracle -run TestRelations -v            how many queries over several relations ran, and how many wait for code
//
// Other engines are asked the same queries over several relations in golden/foreign.
//
// Forbidden here: imports of codegen and runtime by the evaluator. Everything but this file is test code.
package oracle
