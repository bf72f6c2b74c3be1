package grammar

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/velostream/veloc/grammar/source"
)

// Dump prints a tree as indented text: the type of each node, its values, and its
// children below it, each behind the name of its field. What is empty is left
// out, and so are places, so that equal trees of different texts print equally.
func Dump(n Node) string {
	var b strings.Builder
	dump(&b, "", "", n)
	return b.String()
}

func dump(b *strings.Builder, indent, label string, n Node) {
	if f, ok := n.(*File); ok {
		dumpFile(b, indent, f)
		return
	}
	v := reflect.ValueOf(n).Elem()
	b.WriteString(indent + label + v.Type().Name())
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if text := scalar(v.Field(i), f); text != "" {
			b.WriteString(" " + text)
		}
	}
	b.WriteByte('\n')
	if s, ok := n.(*Statement); ok {
		dumpAnnotations(b, indent+"  ", "", s.Annotations)
	}
	for _, i := range childFields(v.Type()) {
		name := v.Type().Field(i).Name + ": "
		f := v.Field(i)
		if f.Kind() != reflect.Slice {
			dumpField(b, indent+"  ", name, f)
			continue
		}
		for j := range f.Len() {
			dumpField(b, indent+"  ", name, f.Index(j))
		}
	}
}

func dumpField(b *strings.Builder, indent, label string, f reflect.Value) {
	if f.IsNil() {
		return
	}
	if _, place := f.Interface().(*Operator); place {
		return
	}
	dump(b, indent, label, f.Interface().(Node))
}

func dumpFile(b *strings.Builder, indent string, f *File) {
	b.WriteString(indent + "File\n")
	dumpAnnotations(b, indent+"  ", "header ", f.Header)
	for _, s := range f.Statements {
		dump(b, indent+"  ", "", s)
	}
	dumpAnnotations(b, indent+"  ", "trailing ", f.Trailing)
}

func dumpAnnotations(b *strings.Builder, indent, label string, list []*Annotation) {
	for _, a := range list {
		sign := "@"
		if a.Plain {
			sign = ""
		}
		fmt.Fprintf(b, "%s%s%s%s = %q\n", indent, label, sign, a.Name, a.Value)
	}
}

// scalar prints a field that is not a node: name=value, or "" when it is empty.
func scalar(v reflect.Value, f reflect.StructField) string {
	if !f.IsExported() || v.IsZero() && v.Kind() != reflect.Uint8 { // an enumeration has no empty value
		return ""
	}
	switch v.Kind() {
	case reflect.Bool:
		return f.Name
	case reflect.String:
		return fmt.Sprintf("%s=%q", f.Name, v.String())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.String {
			return fmt.Sprintf("%s=%q", f.Name, v.Interface())
		}
	case reflect.Uint8, reflect.Int64:
		return fmt.Sprintf("%s=%v", f.Name, v.Interface())
	}
	return ""
}

// DumpTokens prints the tokens of a file, one per line: place, type and text. Space
// is left out.
func DumpTokens(f *source.File) string {
	var b strings.Builder
	s := scanner{file: f, text: f.Text, end: len(f.Text), pos: lexer.Position{Filename: f.Name, Line: 1, Column: 1}}
	for _, t := range s.all() {
		if t.Type != tokSpace {
			fmt.Fprintf(&b, "%d:%d\t%s\t%q\n", t.Pos.Line, t.Pos.Column, tokenTypeName(t.Type), t.Value)
		}
	}
	return b.String()
}
