// Package kafka holds reviewed generated programs that read or write Kafka topics. Each folder is a case, as in package golden: job.sql
// with a comment that says what it teaches, its plan, and the Go that is generated for it, which is compiled with everything else. The
// test here generates again and compares; golden/kafka/run runs every case against a broker in the test's own process.
//
//	go test ./golden/kafka/...         compare, then run
//	go test ./golden/kafka -update     rewrite plans and generated Go
package kafka
