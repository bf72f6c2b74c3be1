package rt

import "context"

// DeadLetter takes the rows that failed, where the failure strategy is SendToDLQ. The engine calls it from one goroutine at a
// time.
type DeadLetter interface {
	// Open checks that letters can be delivered.
	Open(ctx context.Context) error
	// Send takes letters over, in order; their bytes are valid until it returns.
	Send(ctx context.Context, letters []Letter) error
	// Flush returns when everything sent is durable or acknowledged. The engine calls it before each commit.
	Flush(ctx context.Context) error
	Close(ctx context.Context) error
}

// Letter is one row that failed, with its original bytes and everything known about where it came from.
type Letter struct {
	Job       string
	Source    string
	Partition int32
	File      string // files: path
	Line      int64  // files: line number from 1; 0 if unknown
	Offset    int64  // files: byte offset of the row; record sources: offset of the record; -1: a result that no single row is behind
	Time      int64  // when it failed, ns
	Record    bool   // from a record source: Key, Headers and RecordTime are set
	// RecordTime is the record's own timestamp, ns.
	RecordTime int64
	Key        []byte
	Headers    []Header
	Value      []byte // the row as it was read
	Err        *RowError
}
