// Package decode checks generated decoders, row by row, against encoding/json and encoding/csv.
//
// The programs are the golden cases all_types_json and all_types_csv: every type of column, nullable and NOT NULL, with columns that the query
// does not read. What a row must give is computed here from its text with encoding/json, encoding/csv, strconv and math/big; only the forms of
// dates, times and booleans are asked of runtime/sqlfn, which has tests of its own. The rows are random, most of them with a few bytes
// changed, and fuzz targets go on from there:
//
//	go test ./golden/decode -fuzz FuzzJSON -fuzztime 20s
package decode
