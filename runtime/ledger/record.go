package ledger

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"path/filepath"

	"github.com/velostream/veloc/runtime/state"
)

// Files of state consist of records: the length of what follows, its checksum, a kind and content. The first record is the header, with the tables
// that the file has entries of.

const (
	magic      = "velocst1"
	recordHead = 8
	// longest is more than any record that was written: a length beyond it is damage, and no reason to allocate.
	longest = 1 << 31
)

// kinds of records.
const (
	headerRecord  = 'H'
	entriesRecord = 'E' // number of the table, entries
	commitRecord  = 'C' // epoch: everything before belongs to a checkpoint
	endRecord     = 'Z' // of a snapshot
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// CorruptError is state that cannot be read: damaged, cut, or not state at all.
type CorruptError struct {
	File   string
	Offset int64
	Why    string
}

func (e *CorruptError) Error() string {
	return fmt.Sprintf("%s is damaged at byte %d: %s. Restore the directory from a savepoint (--restore-from), or remove it to begin anew [VR0401]", e.File, e.Offset, e.Why)
}

// fileHeader says what the entries of a file are.
type fileHeader struct {
	Tables []*state.Schema `json:"tables"`
}

// writer writes records to a new file.
type writer struct {
	fs   FS
	f    File
	name string
	size int64
	buf  []byte
	err  error // sticky
}

func create(fs FS, dir, name string, tables []*state.Schema) (*writer, error) {
	f, err := fs.Create(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	w := &writer{fs: fs, f: f, name: name}
	w.raw([]byte(magic))
	head, err := json.Marshal(fileHeader{tables})
	if err != nil {
		return nil, err
	}
	w.record(headerRecord, head)
	return w, w.err
}

func (w *writer) raw(b []byte) {
	if w.err != nil {
		return
	}
	n, err := w.f.Write(b)
	w.size += int64(n)
	w.err = err
}

// record writes one record. Its content is given in pieces.
func (w *writer) record(kind byte, content ...[]byte) {
	n, sum := 1, crc32.Update(0, castagnoli, []byte{kind})
	for _, c := range content {
		n += len(c)
		sum = crc32.Update(sum, castagnoli, c)
	}
	var head [recordHead + 1]byte
	binary.LittleEndian.PutUint32(head[:], uint32(n))
	binary.LittleEndian.PutUint32(head[4:], sum)
	head[recordHead] = kind
	w.buf = append(w.buf[:0], head[:]...)
	if len(content) > 0 && len(content[len(content)-1]) < 1<<16 { // one write
		for _, c := range content {
			w.buf = append(w.buf, c...)
		}
		content = nil
	}
	w.raw(w.buf)
	for _, c := range content {
		w.raw(c)
	}
}

func (w *writer) entries(table int, entries []byte) {
	w.record(entriesRecord, binary.AppendUvarint(nil, uint64(table)), entries)
}

func (w *writer) epoch(n int64) { w.record(commitRecord, binary.AppendUvarint(nil, uint64(n))) }

// sync makes what was written durable.
func (w *writer) sync() error {
	if w.err == nil {
		w.err = w.f.Sync()
	}
	return w.err
}

func (w *writer) close() error {
	if w == nil {
		return nil
	}
	err := w.f.Close()
	if w.err == nil {
		w.err = err
	}
	return w.err
}

// reader reads the records of a file up to a length.
type reader struct {
	path string
	r    io.Reader
	at   int64
	size int64
	buf  []byte
}

func (r *reader) damaged(why string) error { return &CorruptError{r.path, r.at, why} }

// next returns the next record, valid until the next call; kind 0: the end.
func (r *reader) next() (kind byte, content []byte, err error) {
	if r.at == 0 {
		if err := r.take(len(magic)); err != nil {
			return 0, nil, err
		}
		if string(r.buf) != magic {
			return 0, nil, r.damaged("it does not begin like a file of state")
		}
		r.at += int64(len(magic))
	}
	if r.at == r.size {
		return 0, nil, nil
	}
	if err := r.take(recordHead); err != nil {
		return 0, nil, err
	}
	n, sum := binary.LittleEndian.Uint32(r.buf), binary.LittleEndian.Uint32(r.buf[4:])
	if n == 0 || n > longest || int64(n) > r.size-r.at-recordHead {
		return 0, nil, r.damaged(fmt.Sprintf("a record of %d bytes does not fit", n))
	}
	if err := r.take(int(n)); err != nil {
		return 0, nil, err
	}
	if crc32.Checksum(r.buf, castagnoli) != sum {
		return 0, nil, r.damaged("the checksum of a record is wrong")
	}
	r.at += recordHead + int64(n)
	return r.buf[0], r.buf[1:], nil
}

// take reads n bytes into buf.
func (r *reader) take(n int) error {
	if cap(r.buf) < n {
		r.buf = make([]byte, n, n+n/4)
	}
	r.buf = r.buf[:n]
	switch _, err := io.ReadFull(r.r, r.buf); err {
	case nil:
		return nil
	case io.EOF, io.ErrUnexpectedEOF:
		return r.damaged(fmt.Sprintf("it ends here, and the manifest says that it has %d bytes", r.size))
	default:
		return err
	}
}
