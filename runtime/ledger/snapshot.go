package ledger

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
)

// header reads the first record.
func (r *reader) header() (*fileHeader, error) {
	kind, content, err := r.next()
	if err != nil {
		return nil, err
	}
	head := &fileHeader{}
	if kind != headerRecord || json.Unmarshal(content, head) != nil {
		return nil, r.damaged("it has no header")
	}
	return head, nil
}

// entries takes the content of a record of entries apart.
func (r *reader) entries(content []byte, tables int) (table int, entries []byte, err error) {
	n, k := binary.Uvarint(content)
	if k <= 0 || n >= uint64(tables) {
		return 0, nil, fmt.Errorf("there is no table %d", n)
	}
	return int(n), content[k:], nil
}

// Snapshot is a snapshot that is being written.
type Snapshot struct {
	l     *Ledger
	w     *writer
	temp  string
	table int
	// through: the table has no further entries than those in buf.
	through bool
	buf     []byte
	log     string   // the first log whose entries it may lack
	ref     *FileRef // once it is finished
}

// Begin begins the snapshot for which a committed capture had the tables rewound.
func (l *Ledger) Begin() (*Snapshot, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := fmt.Sprintf("snap-%d", l.number)
	s := &Snapshot{l: l, temp: name + ".tmp", log: l.log.name}
	var err error
	s.w, err = create(l.fs, l.opt.Dir, s.temp, l.schemas())
	return s, err
}

// Slice takes about limit bytes of entries from the tables. It is called while nothing changes, and writes nothing; more is false when there
// are no further ones.
func (s *Snapshot) Slice(limit int) (more bool) {
	if s.through {
		s.table, s.through = s.table+1, false
	}
	s.buf = s.buf[:0]
	for ; s.table < len(s.l.tables); s.table++ {
		s.buf, more = s.l.tables[s.table].Slice(s.buf, limit)
		if more || len(s.buf) > 0 {
			s.through = !more
			return true
		}
	}
	return false
}

// Write writes what Slice took. While it does, tables may change.
func (s *Snapshot) Write(more bool) error {
	if len(s.buf) > 0 {
		s.w.entries(s.table, s.buf)
	}
	if more || s.w.err != nil {
		return s.w.err
	}
	return s.finish()
}

// finish makes the snapshot durable under its name. It counts once a manifest names it.
func (s *Snapshot) finish() error {
	s.w.record(endRecord)
	if err := s.w.sync(); err != nil {
		return err
	}
	if err := s.w.close(); err != nil {
		return err
	}
	name := strings.TrimSuffix(s.temp, ".tmp")
	dir := s.l.opt.Dir
	if err := s.l.fs.Rename(filepath.Join(dir, s.temp), filepath.Join(dir, name)); err != nil {
		return err
	}
	s.ref = &FileRef{File: name, Size: s.w.size}
	return s.l.fs.SyncDir(dir)
}
