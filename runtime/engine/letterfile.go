package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
	"unicode/utf8"

	rt "github.com/velostream/veloc/runtime"
)

// letterFile is a dead-letter queue of JSON lines. Letters are appended to what the file holds: a second run never erases the failures
// of the first. Pipelines that name the same file share it.
type letterFile struct {
	path string

	mu   sync.Mutex
	open int // by so many pipelines
	file *os.File
	w    *bufio.Writer
}

// letterLine is one line of the file.
type letterLine struct {
	Error          string  `json:"error"`
	Code           string  `json:"code"`
	Job            string  `json:"job"`
	Source         string  `json:"source"`
	File           string  `json:"file,omitempty"`
	Line           int64   `json:"line,omitempty"`
	Partition      int32   `json:"partition"`
	Offset         *int64  `json:"offset,omitempty"`
	Column         string  `json:"column,omitempty"`
	Value          string  `json:"value,omitempty"`
	SQL            string  `json:"sql,omitempty"`
	Time           string  `json:"time"`
	Key            *string `json:"key,omitempty"`
	KeyBase64      []byte  `json:"key_base64,omitempty"`
	Original       *string `json:"original,omitempty"`
	OriginalBase64 []byte  `json:"original_base64,omitempty"`
}

func (f *letterFile) Open(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open++; f.open > 1 {
		return nil
	}
	file, err := os.OpenFile(f.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		f.open--
		advice := ""
		if dir := filepath.Dir(f.path); errors.Is(err, fs.ErrNotExist) {
			advice = "; create the directory with mkdir -p " + dir
		}
		return fmt.Errorf("the dead-letter file cannot be written: %w%s", err, advice)
	}
	f.file, f.w = file, bufio.NewWriter(file)
	return nil
}

func (f *letterFile) Send(_ context.Context, letters []rt.Letter) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	enc := json.NewEncoder(f.w)
	enc.SetEscapeHTML(false)
	for i := range letters {
		if err := enc.Encode(lineOf(&letters[i])); err != nil {
			return err
		}
	}
	return nil
}

func lineOf(l *rt.Letter) letterLine {
	line := letterLine{Error: l.Err.Msg, Code: l.Err.Code, Job: l.Job, Source: l.Source, File: l.File, Line: l.Line,
		Partition: l.Partition, Column: l.Err.Column, Value: l.Err.Value, SQL: l.Err.SQL,
		Time: time.Unix(0, l.Time).UTC().Format(time.RFC3339Nano)}
	if l.Offset >= 0 {
		line.Offset = &l.Offset
	}
	if l.Key != nil {
		line.Key, line.KeyBase64 = textOr64(l.Key)
	}
	if l.Value == nil { // a result, or a record without a value
		return line
	}
	line.Original, line.OriginalBase64 = textOr64(l.Value)
	return line
}

// textOr64 is b as text if JSON can carry it unchanged, else as bytes, which encoding/json writes in base64.
func textOr64(b []byte) (*string, []byte) {
	if !utf8.Valid(b) {
		return nil, b
	}
	s := string(b)
	return &s, nil
}

func (f *letterFile) Flush(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.w.Flush(); err != nil {
		return err
	}
	return f.file.Sync()
}

// Close ends the file for one pipeline. A file that nothing was ever written to is removed.
func (f *letterFile) Close(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open--; f.open > 0 {
		return nil
	}
	err := f.w.Flush()
	if info, statErr := f.file.Stat(); err == nil && statErr == nil && info.Mode().IsRegular() && info.Size() == 0 {
		os.Remove(f.path)
	}
	if closeErr := f.file.Close(); err == nil {
		err = closeErr
	}
	return err
}
