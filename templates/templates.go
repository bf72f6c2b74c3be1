// Package templates holds the text of generated files whose shape never depends on the query: main.go, and what surrounds a
// standalone module. Everything whose shape depends on the query is written by package codegen.
//
// In: names. Out: file contents. It is a leaf.
package templates

import (
	"bytes"
	"embed"
	"text/template"
)

//go:embed *.tmpl
var files embed.FS

var parsed = template.Must(template.ParseFS(files, "*.tmpl"))

func execute(name string, data any) []byte {
	var b bytes.Buffer
	if err := parsed.ExecuteTemplate(&b, name, data); err != nil {
		panic("bug: template " + name + ": " + err.Error())
	}
	return b.Bytes()
}

// Main is main.go of a generated program.
func Main(module, pkg, sqlFile string) []byte {
	return execute("main.go.tmpl", map[string]string{"Module": module, "Package": pkg, "SQL": sqlFile})
}
