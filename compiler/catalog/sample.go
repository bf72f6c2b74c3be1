package catalog

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// A sample is the first rows of a source's data: at most so many, from at most so many bytes.
const (
	sampleRows  = 1000
	sampleBytes = 1 << 20
)

// sample is what was seen of a file.
type sample struct {
	file   string   // the one that was looked at
	header []string // CSV: names in the header line
	cells  [][]cell // CSV rows
	rows   []*object
	keys   []string // JSON: keys of all rows in the order in which they were first seen
}

func (s *sample) count() int { return len(s.cells) + len(s.rows) }

// cell is one CSV field.
type cell struct {
	text   string
	quoted bool
}

// sampleOptions say how to read a file.
type sampleOptions struct {
	format      Format
	compression string // auto, none, gzip, zstd
	delimiter   byte
	quote       byte // 0: no quotes
	header      bool
	skip        int // lines before the header
}

// takeSample reads the first rows of the first file that a pattern matches.
func takeSample(pattern string, o sampleOptions) (*sample, error) {
	file, err := firstMatch(pattern)
	if err != nil {
		return nil, err
	}
	data, whole, err := head(file, o.compression)
	if err != nil {
		return nil, err
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	for range o.skip {
		_, data, _ = bytes.Cut(data, []byte("\n"))
	}
	s := &sample{file: file}
	switch o.format {
	case CSV:
		err = s.readCSV(data, whole, o)
	case JSONArray:
		err = s.readArray(data, whole)
	default:
		err = s.readLines(data, whole)
	}
	return s, err
}

func firstMatch(pattern string) (string, error) {
	if pattern == "-" {
		return "", errors.New("standard input cannot be read while the job is built")
	}
	if !strings.ContainsAny(pattern, "*?[") {
		return pattern, nil
	}
	names, err := filepath.Glob(pattern)
	if err != nil {
		return "", fmt.Errorf("the pattern is not well formed: %w", err)
	}
	slices.Sort(names)
	for _, n := range names {
		if info, err := os.Stat(n); err == nil && info.Mode().IsRegular() {
			return n, nil
		}
	}
	return "", fmt.Errorf("no file matches: %w", os.ErrNotExist)
}

// head reads the start of a file, decompressed, and tells whether that is all of it.
func head(file, compression string) (data []byte, whole bool, err error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, false, err
	}
	if !info.Mode().IsRegular() { // a pipe would lose what is read here
		return nil, false, errors.New("it is not a regular file")
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, false, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 64<<10)
	plain, done, err := decompress(in, file, compression)
	if err != nil {
		return nil, false, err
	}
	defer done()
	data, err = io.ReadAll(io.LimitReader(plain, sampleBytes+1))
	if err != nil && len(data) == 0 {
		return nil, false, err
	}
	return data[:min(len(data), sampleBytes)], len(data) <= sampleBytes && err == nil, nil
}

// decompress recognises gzip and zstd by their first bytes, like the runtime.
func decompress(in *bufio.Reader, file, compression string) (io.Reader, func(), error) {
	magic, err := in.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, err
	}
	auto := compression == "" || compression == "auto"
	switch {
	case compression == "gzip" || auto && bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, nil, fmt.Errorf("it is not compressed with gzip: %w", err)
		}
		return z, func() { z.Close() }, nil
	case compression == "zstd" || auto && bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, nil, fmt.Errorf("it is not compressed with zstd: %w", err)
		}
		return z, z.Close, nil
	}
	return in, func() {}, nil
}

// readCSV splits rows in the manner of runtime/file: a quote opens a quoted cell only where a cell starts, a doubled quote inside
// stands for one, and line ends inside belong to the cell.
func (s *sample) readCSV(data []byte, whole bool, o sampleOptions) error {
	first := true
	for len(data) > 0 && len(s.cells) < sampleRows {
		row, rest, complete := splitRow(data, o)
		if !complete && !whole {
			break
		}
		data = rest
		if len(row) == 1 && row[0].text == "" && !row[0].quoted {
			continue // an empty line
		}
		if first && o.header {
			for _, c := range row {
				name := c.text
				if !c.quoted {
					name = strings.TrimSpace(name)
				}
				s.header = append(s.header, name)
			}
			first = false
			continue
		}
		first = false
		s.cells = append(s.cells, row)
	}
	if first {
		return errors.New("it is empty")
	}
	return nil
}

// splitRow cuts one row off; complete tells that a line end was there.
func splitRow(data []byte, o sampleOptions) (row []cell, rest []byte, complete bool) {
	for i := 0; ; {
		var c cell
		if o.quote != 0 && i < len(data) && data[i] == o.quote {
			var text []byte
			for i++; i < len(data); i++ {
				if data[i] == o.quote {
					if i+1 >= len(data) || data[i+1] != o.quote {
						break
					}
					i++
				}
				text = append(text, data[i])
			}
			c = cell{string(text), true}
			i = min(i+1, len(data))
		}
		start := i
		for i < len(data) && data[i] != o.delimiter && data[i] != '\n' {
			i++
		}
		tail := string(data[start:i])
		if i == len(data) || data[i] == '\n' {
			tail = strings.TrimSuffix(tail, "\r")
		}
		c.text += tail
		row = append(row, c)
		switch {
		case i == len(data):
			return row, nil, false
		case data[i] == '\n':
			return row, data[i+1:], true
		}
		i++
	}
}

// readLines reads JSON lines. Lines that are no object are left to the job, which rejects and counts them.
func (s *sample) readLines(data []byte, whole bool) error {
	bad := 0
	var firstBad error
	for line := 1; len(data) > 0 && len(s.rows) < sampleRows; line++ {
		text, rest, found := bytes.Cut(data, []byte("\n"))
		if !found && !whole {
			break
		}
		data = rest
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		o, err := parseObject(text)
		if err != nil {
			if bad++; firstBad == nil {
				firstBad = fmt.Errorf("line %d: %w", line, err)
			}
			continue
		}
		s.add(o)
	}
	return s.enough(bad, firstBad)
}

// readArray reads a JSON array of objects.
func (s *sample) readArray(data []byte, whole bool) error {
	r := &jsonReader{data: data}
	if !r.accept('[') {
		return errors.New("it does not start with `[`; for one object per line use 'format' = 'jsonlines'")
	}
	bad := 0
	var firstBad error
	for r.peek() != ']' && len(s.rows) < sampleRows {
		v, err := r.value(0)
		switch {
		case err != nil && !whole:
			return s.enough(bad, firstBad)
		case errors.Is(err, errEnd):
			return fmt.Errorf("it ends inside of element %d", len(s.rows)+bad+1)
		case err != nil:
			return fmt.Errorf("element %d: %w", len(s.rows)+bad+1, err)
		}
		if o, ok := v.(*object); ok {
			s.add(o)
		} else if bad++; firstBad == nil {
			firstBad = fmt.Errorf("element %d is no object", len(s.rows)+bad)
		}
		if !r.accept(',') {
			break
		}
	}
	return s.enough(bad, firstBad)
}

func (s *sample) add(o *object) {
	s.rows = append(s.rows, o)
	for _, k := range o.keys {
		if !slices.Contains(s.keys, k) {
			s.keys = append(s.keys, k)
		}
	}
}

func (s *sample) enough(bad int, first error) error {
	switch {
	case len(s.rows) > 0:
		return nil
	case bad > 0:
		return first
	}
	return errors.New("it is empty")
}

func parseObject(text []byte) (*object, error) {
	r := &jsonReader{data: text}
	v, err := r.value(0)
	if err != nil {
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	if r.space(); r.i < len(text) {
		return nil, fmt.Errorf("it is not JSON: %w", r.unexpected("the end of the line"))
	}
	o, ok := v.(*object)
	if !ok {
		return nil, errors.New("it is no JSON object")
	}
	return o, nil
}
