// Package golden holds reviewed generated programs. Each folder is a case: job.sql with a comment that says what it teaches, the data it
// reads (in), the results it must give (want), its plan (plan.txt), its schema lock file, and the Go that is generated for it (gen), which is
// compiled with everything else. The test here generates again and compares; golden/run runs every case with one worker and with several,
// over large chunks and tiny ones: the results must be the same bytes.
//
//	go test ./golden/...           compare, then run
//	go test ./golden -update       rewrite plans, lock files and generated Go
//	go test ./golden/run -update   rewrite the results
package golden
