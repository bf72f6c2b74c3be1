package rt

import (
	"context"
	"io"
)

// Props are the properties of a source or sink as they were compiled: key without prefix → value, ${…} references unresolved.
type Props map[string]string

// Get is the property, or def.
func (p Props) Get(key, def string) string {
	if v, ok := p[key]; ok {
		return v
	}
	return def
}

// Layout says to a connector how rows are encoded: what the compiler decided and the generated codec expects.
type Layout struct {
	Format    string // csv, jsonlines, json, raw, json_value, none
	Delimiter byte   // csv
	Quote     byte   // csv
	Header    bool   // csv: the first line names the columns
	Columns   []string
	Key       []string    // tables: the columns that identify a row
	Numeric   []string    // columns that a table shows aligned to the right
	Keys      bool        // record sources: the job reads record keys
	Headers   bool        // record sources: the job passes record headers on
	Windows   bool        // record sources: the job has windows, so Chunk.Closed matters
	Table     bool        // record sources: rows are looked up, so each process reads all partitions from their beginning
	Generate  []GenColumn // datagen
}

// GenColumn describes one column of generated data.
type GenColumn struct {
	Name      string
	Type      string // SQL kind: INTEGER, DECIMAL, …
	Precision int
	Scale     int
	Parts     []GenColumn       // of an ARRAY its element, of a MAP key and value, of a STRUCT the fields
	Hints     map[string]string // @data.<column>[.<key>] annotations; the plain value has the key ""
}

// NoRows is the source of a query without FROM: it ends at once.
type NoRows struct{}

func (NoRows) Open(_ context.Context, own Ownership) error { return own.Gained([]int32{0}) }
func (NoRows) Poll(context.Context, *Chunk) error          { return io.EOF }
func (NoRows) Seek(int32, Position) error                  { return nil }
func (NoRows) Locate(ChunkRef, int64) int64                { return 0 }
func (NoRows) Progress() (read, total int64)               { return 0, 0 }
func (NoRows) Bounded() bool                               { return true }
func (NoRows) Close() error                                { return nil }
