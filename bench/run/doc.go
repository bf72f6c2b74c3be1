// Command run measures every benchmark query as a veloc binary and as the hand-written program of
// bench/handwritten, one after the other on the same input, and compares their outputs byte for byte.
//
//	go run ./bench/run                        all queries, 5 rounds
//	go run ./bench/run -only group_by,onebrc  some of them
//	go run ./bench/run -rows 500000 -brc-rows 10000000 -rounds 3
//	go run ./bench/run -nexmark               the queries of examples/nexmark, without programs by hand
//
// It builds what it needs and generates the data once, into bench/.cache. A ratio is the rate of veloc
// over the rate of the twin, paired by round, so that a slow spell of the machine meets both; the table
// shows the median. Ratios are what to compare between machines and days, rates are not.
//
// The exit status is 1 when a query does not build, a program fails, or outputs differ.
package main
