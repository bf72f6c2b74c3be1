// Package foreign compares veloc with other engines: PostgreSQL and DuckDB. It is a module of its own, so that nothing of them is required by jobs.
// `make test-foreign` installs both and runs it.
//
// Functions. In: testdata/cases.txt, expressions over the columns of a table with random values and how the engines write them, and all examples of the registry of
// functions; and ten thousand random expressions of the forms in testdata/random.txt, which -foreign.seed and -foreign.expressions choose.
// Out: every result that differs must be named in testdata/differences.txt with a reason, and everything named there must differ.
//
// Relations. In: the random queries of golden/oracle over several relations, with the results that its naive evaluator finds. Out: every result that an engine
// does not find. What the engines refuse is left out.
package foreign
