package schema

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/reporter"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// readProto reads a message of a .proto file. Imports start from the file's folder or one above it. Every field can be NULL but
// the required ones of proto2: a text form leaves out fields that have their default.
func readProto(f *source.File, o Options) ([]Column, []Problem) {
	r := &protoReader{file: f, open: map[protoreflect.FullName]bool{}}
	name := filepath.Base(f.Name)
	if !strings.HasSuffix(name, ".proto") {
		name += ".proto" // text from elsewhere
	}
	c := protocompile.Compiler{
		Resolver:       protocompile.WithStandardImports(r.resolver(name, o)),
		SourceInfoMode: protocompile.SourceInfoStandard,
		MaxParallelism: 1,
		Reporter:       reporter.NewReporter(func(e reporter.ErrorWithPos) error { r.report(name, e); return nil }, nil),
	}
	files, err := c.Compile(context.Background(), name)
	if len(r.problems) == 0 && err != nil {
		var placed reporter.ErrorWithPos
		if !errors.As(err, &placed) {
			return nil, []Problem{{Text: err.Error()}}
		}
		r.report(name, placed)
	}
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	m := r.choose(files[0], o)
	if m == nil {
		return nil, r.problems
	}
	cols := r.columns(m)
	if r.fields > maxFields {
		return nil, []Problem{tooLarge(r.nameOf(m))}
	}
	if len(cols) == 0 {
		return nil, []Problem{{r.nameOf(m), fmt.Sprintf("the message `%s` has no fields", m.FullName())}}
	}
	return cols, nil
}

// protoReader reads descriptors.
type protoReader struct {
	file     *source.File
	problems []Problem
	open     map[protoreflect.FullName]bool
	budget
}

// resolver finds the file itself, those that came with it, and those beside it and above.
func (r *protoReader) resolver(name string, o Options) protocompile.Resolver {
	return &protocompile.SourceResolver{Accessor: func(path string) (io.ReadCloser, error) {
		if path == name {
			return io.NopCloser(strings.NewReader(r.file.Text)), nil
		}
		for _, ref := range o.References {
			if ref.Name == path {
				return io.NopCloser(strings.NewReader(ref.Text)), nil
			}
		}
		for dir, n := filepath.Dir(r.file.Name), 0; n < 6; dir, n = filepath.Join(dir, ".."), n+1 {
			if in, err := os.Open(filepath.Join(dir, filepath.FromSlash(path))); err == nil {
				return in, nil
			}
		}
		return nil, os.ErrNotExist
	}}
}

func (r *protoReader) report(name string, e reporter.ErrorWithPos) {
	text := e.Unwrap().Error()
	if errors.Is(e, os.ErrNotExist) {
		text = "there is no such file beside it or in a folder above"
	}
	pos := e.GetPosition()
	if pos.Filename != name {
		r.problems = append(r.problems, Problem{Text: fmt.Sprintf("%s:%d:%d: %s", pos.Filename, pos.Line, pos.Col, text)})
		return
	}
	r.problems = append(r.problems, Problem{r.word(pos), text})
}

// word is the place of the word at a position.
func (r *protoReader) word(pos ast.SourcePos) source.Span {
	start := max(0, min(pos.Offset, len(r.file.Text)))
	return r.file.Span(start, max(wordEnd(r.file.Text, start), min(start+1, len(r.file.Text))))
}

func wordEnd(text string, i int) int {
	for i < len(text) && (text[i] == '_' || text[i] == '.' || text[i] >= '0' && text[i] <= '9' || text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z') {
		i++
	}
	return i
}

// nameOf is the place of a descriptor's name.
func (r *protoReader) nameOf(d protoreflect.Descriptor) source.Span {
	loc := d.ParentFile().SourceLocations().ByDescriptor(d)
	if d.ParentFile().Path() != filepath.Base(r.file.Name) || loc.Path == nil || loc.StartLine+1 > r.file.LineCount() {
		return source.Span{}
	}
	start := r.file.LineStart(loc.StartLine + 1)
	name := string(d.Name())
	for i := start; ; {
		n := strings.Index(r.file.Text[i:], name)
		if n < 0 {
			return r.file.Span(start, start)
		}
		i += n
		if wordEnd(r.file.Text, i) == i+len(name) && (i == 0 || wordEnd(r.file.Text, i-1) == i-1) {
			return r.file.Span(i, i+len(name))
		}
		i += len(name)
	}
}

// choose finds the message that rows are.
func (r *protoReader) choose(f protoreflect.FileDescriptor, o Options) protoreflect.MessageDescriptor {
	all := messages(f.Messages())
	var names []string
	for _, m := range all {
		names = append(names, string(m.FullName()))
	}
	find := func(fits func(m protoreflect.MessageDescriptor) bool) protoreflect.MessageDescriptor {
		if i := slices.IndexFunc(all, fits); i >= 0 {
			return all[i]
		}
		return nil
	}
	if o.Record != "" {
		m := find(func(m protoreflect.MessageDescriptor) bool {
			return string(m.FullName()) == o.Record || strings.HasSuffix(string(m.FullName()), "."+o.Record)
		})
		if m == nil {
			r.problems = append(r.problems, Problem{Text: fmt.Sprintf("it has no message `%s`; it has %s", o.Record, quoted(names))})
		}
		return m
	}
	plain := strings.NewReplacer("_", "", "-", "", ".", "")
	m := find(func(m protoreflect.MessageDescriptor) bool {
		own, name := strings.ToLower(string(m.Name())), strings.ToLower(plain.Replace(o.Name))
		return own == name || own+"s" == name
	})
	switch {
	case f.Messages().Len() == 1:
		return f.Messages().Get(0)
	case m != nil:
		return m
	case len(all) == 0:
		r.problems = append(r.problems, Problem{Text: "it declares no message"})
	default:
		r.problems = append(r.problems, Problem{Text: "it has several messages; choose with the property `schema.message`: " + quoted(names)})
	}
	return nil
}

// messages lists messages with those inside of them; entries of maps are none.
func messages(ms protoreflect.MessageDescriptors) []protoreflect.MessageDescriptor {
	var out []protoreflect.MessageDescriptor
	for i := range ms.Len() {
		if m := ms.Get(i); !m.IsMapEntry() {
			out = append(append(out, m), messages(m.Messages())...)
		}
	}
	return out
}

func (r *protoReader) columns(m protoreflect.MessageDescriptor) []Column {
	r.open[m.FullName()] = true
	defer delete(r.open, m.FullName())
	var cols []Column
	for i := range m.Fields().Len() {
		if !r.spend() {
			return nil
		}
		f := m.Fields().Get(i)
		cols = append(cols, Column{string(f.Name()), types.Col{Type: r.field(f), Nullable: f.Cardinality() != protoreflect.Required}, r.nameOf(f)})
	}
	return cols
}

func (r *protoReader) field(f protoreflect.FieldDescriptor) types.Type {
	switch {
	case f.IsMap():
		return mapOf(r.one(f.MapKey()), r.one(f.MapValue()))
	case f.IsList():
		return array(r.one(f))
	}
	return r.one(f)
}

// one is the type of a single value of a field.
func (r *protoReader) one(f protoreflect.FieldDescriptor) types.Type {
	switch f.Kind() {
	case protoreflect.BoolKind:
		return types.TBoolean
	case protoreflect.FloatKind, protoreflect.DoubleKind:
		return types.TFloat
	case protoreflect.StringKind, protoreflect.EnumKind:
		return types.TString
	case protoreflect.BytesKind:
		return types.TBytes
	case protoreflect.Uint64Kind, protoreflect.Fixed64Kind: // beyond INTEGER
		return types.TDecimal(20, 0)
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return r.message(f.Message())
	}
	return types.TInteger
}

// wellKnown are the messages of Google's library that are values.
var wellKnown = map[protoreflect.FullName]types.Type{
	"google.protobuf.Timestamp": types.TTimestamp, "google.protobuf.Duration": types.TInterval,
	"google.protobuf.DoubleValue": types.TFloat, "google.protobuf.FloatValue": types.TFloat,
	"google.protobuf.Int64Value": types.TInteger, "google.protobuf.Int32Value": types.TInteger, "google.protobuf.UInt32Value": types.TInteger,
	"google.protobuf.UInt64Value": types.TDecimal(20, 0), "google.protobuf.BoolValue": types.TBoolean,
	"google.protobuf.StringValue": types.TString, "google.protobuf.BytesValue": types.TBytes,
	"google.protobuf.Struct": types.TJSON, "google.protobuf.Value": types.TJSON, "google.protobuf.ListValue": array(types.TJSON),
	"google.protobuf.Any": types.TJSON, "google.type.Date": types.TDate, "google.type.TimeOfDay": types.TTime,
}

func (r *protoReader) message(m protoreflect.MessageDescriptor) types.Type {
	if t, ok := wellKnown[m.FullName()]; ok {
		return t
	}
	if r.open[m.FullName()] {
		return types.TJSON
	}
	return structure(r.columns(m))
}
