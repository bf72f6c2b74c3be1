package lsp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/cockroachdb/datadriven"
	"github.com/sourcegraph/jsonrpc2"

	"github.com/velostream/veloc/cmd/veloc/lsp"
)

// TestEditor plays editor. Each file of testdata is a session with one document: "open" and "change" show a text and print the
// diagnostics that come back, all other commands ask about the place that ‸ marks in the text of the command, which becomes the
// document's text.
func TestEditor(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		if filepath.Base(filepath.Dir(path)) == "FuzzEditor" {
			return
		}
		e := start(t)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			text, at := e.cursor(d.Input)
			switch d.Cmd {
			case "file":
				name := filepath.Join(e.dir, d.CmdArgs[0].Key)
				if err := os.WriteFile(name, []byte(d.Input+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
				return ""
			case "open", "change":
				return e.change(text)
			case "hover":
				e.change(text)
				return e.hover(at)
			case "complete":
				e.change(text)
				var prefix string
				d.MaybeScanArgs(t, "prefix", &prefix)
				return e.complete(at, prefix)
			case "definition":
				e.change(text)
				return e.definition(at)
			case "fix":
				e.change(text)
				return e.fix(at)
			case "format":
				e.change(text)
				return e.format()
			case "tokens":
				e.change(text)
				return e.tokens()
			case "symbols":
				e.change(text)
				return e.symbols()
			}
			t.Fatalf("%s: unknown command %s", d.Pos, d.Cmd)
			return ""
		})
	})
}

// TestWithoutShutdown says how the server leaves: in order only behind shutdown.
func TestWithoutShutdown(t *testing.T) {
	for _, polite := range []bool{true, false} {
		e := start(t)
		if polite {
			e.call("shutdown", nil, nil)
		}
		e.notify("exit", nil)
		if orderly := <-e.done; orderly != polite {
			t.Errorf("shutdown first: %v, left in order: %v", polite, orderly)
		}
	}
}

// TestUnknown asks for what the server does not have, and about documents that are not open.
func TestUnknown(t *testing.T) {
	e := start(t)
	e.notify("$/setTrace", map[string]string{"value": "off"})
	for method, want := range map[string]string{
		"textDocument/rename": "veloc does not answer textDocument/rename",
		"textDocument/hover":  "file:///nowhere.sql is not open",
	} {
		err := e.conn.Call(context.Background(), method, map[string]any{"textDocument": map[string]string{"uri": "file:///nowhere.sql"}}, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", method, err)
		}
	}
}

// TestPositions opens a text with characters of several widths, in both encodings of positions.
func TestPositions(t *testing.T) {
	text := "SELECT '😀é' AS s, pric FROM t;\nCREATE STREAM t (price FLOAT) WITH ('type' = 'file_source', 'path' = 't.csv');"
	for encoding, want := range map[string]int{"utf-16": 19, "utf-8": 22} {
		e := start(t, encoding)
		e.change(text)
		if got := e.diagnostics[0].Range.Start.Character; got != want {
			t.Errorf("%s: character %d, want %d", encoding, got, want)
		}
	}
}

type place struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

type span struct{ Start, End place }

type finding struct {
	Range              span
	Severity           int
	Code, Message      string
	RelatedInformation []struct {
		Location struct {
			URI   string
			Range span
		}
		Message string
	}
}

// editor is a client with one document.
type editor struct {
	t           testing.TB
	conn        *jsonrpc2.Conn
	dir, uri    string
	text        string
	version     int
	published   chan []finding
	diagnostics []finding
	types       []string
	done        chan bool
}

// start connects an editor to a server, over pipes, as standard input and output are.
func start(t testing.TB, encodings ...string) *editor {
	t.Helper()
	fromEditor, toServer := io.Pipe()
	fromServer, toEditor := io.Pipe()
	e := &editor{t: t, dir: t.TempDir(), published: make(chan []finding, 1), done: make(chan bool, 1)}
	e.uri = (&url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(e.dir, "job.sql"))}).String()
	ctx, cancel := context.WithCancel(context.Background())
	go func() { e.done <- lsp.Serve(ctx, fromEditor, toEditor, "v0") }()
	e.conn = jsonrpc2.NewConn(ctx, jsonrpc2.NewBufferedStream(struct {
		io.ReadCloser
		io.Writer
	}{fromServer, toServer}, jsonrpc2.VSCodeObjectCodec{}), jsonrpc2.HandlerWithError(e.receive))
	t.Cleanup(func() {
		cancel()
		toServer.Close()
		toEditor.Close()
		e.conn.Close()
	})
	var result struct {
		Capabilities struct {
			PositionEncoding       string
			SemanticTokensProvider struct{ Legend struct{ TokenTypes []string } }
		}
	}
	e.call("initialize", map[string]any{"capabilities": map[string]any{"general": map[string]any{"positionEncodings": encodings}}}, &result)
	if len(encodings) > 0 && result.Capabilities.PositionEncoding != encodings[0] {
		t.Fatalf("position encoding %s", result.Capabilities.PositionEncoding)
	}
	e.types = result.Capabilities.SemanticTokensProvider.Legend.TokenTypes
	e.notify("initialized", map[string]any{})
	return e
}

func (e *editor) receive(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) (any, error) {
	var p struct{ Diagnostics []finding }
	if err := json.Unmarshal(*r.Params, &p); err != nil {
		return nil, err
	}
	e.published <- p.Diagnostics
	return nil, nil
}

func (e *editor) call(method string, params, result any) {
	e.t.Helper()
	if err := e.conn.Call(context.Background(), method, params, result); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
}

func (e *editor) notify(method string, params any) {
	e.t.Helper()
	if err := e.conn.Notify(context.Background(), method, params); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
}

// cursor takes the mark out of a text and says where it was.
func (e *editor) cursor(text string) (string, place) {
	before, after, _ := strings.Cut(text, "‸")
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return before + after, place{strings.Count(before, "\n"), len(utf16.Encode([]rune(line)))}
}

// change shows the server a text and returns the diagnostics that it publishes.
func (e *editor) change(text string) string {
	e.t.Helper()
	e.version++
	if e.text = text; e.version == 1 {
		e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": e.uri, "languageId": "sql", "version": e.version, "text": text}})
	} else {
		e.notify("textDocument/didChange", map[string]any{
			"textDocument": map[string]any{"uri": e.uri, "version": e.version}, "contentChanges": []any{map[string]any{"text": text}}})
	}
	e.diagnostics = <-e.published
	var out strings.Builder
	for _, d := range e.diagnostics {
		fmt.Fprintf(&out, "%s %s %s: %s\n", []string{"", "error", "warning", "note"}[d.Severity], d.Code, d.Range, strings.ReplaceAll(d.Message, "\n", "\n  "))
		for _, r := range d.RelatedInformation {
			fmt.Fprintf(&out, "  at %s %s: %s\n", e.name(r.Location.URI), r.Location.Range, r.Message)
		}
	}
	if out.Len() == 0 {
		return "nothing to report\n"
	}
	return out.String()
}

func (s span) String() string {
	return fmt.Sprintf("%d:%d-%d:%d", s.Start.Line, s.Start.Character, s.End.Line, s.End.Character)
}

func (e *editor) name(uri string) string {
	return strings.TrimPrefix(uri, strings.TrimSuffix(e.uri, "job.sql"))
}

// document are the parameters of a request, about a place if one is given.
func (e *editor) document(at ...place) map[string]any {
	p := map[string]any{"textDocument": map[string]string{"uri": e.uri}}
	if len(at) > 0 {
		p["position"] = at[0]
	}
	return p
}

func (e *editor) hover(at place) string {
	var h *struct {
		Contents struct{ Value string }
		Range    span
	}
	e.call("textDocument/hover", e.document(at), &h)
	if h == nil {
		return "nothing\n"
	}
	return h.Range.String() + "\n" + h.Contents.Value + "\n"
}

type edit struct {
	Range   span
	NewText string
}

// complete prints label, detail and replaced range of what begins with a prefix, in the order in which an editor shows it, one line each.
func (e *editor) complete(at place, prefix string) string {
	var list struct {
		Items []struct {
			Label, Detail, SortText string
			TextEdit                edit
		}
	}
	e.call("textDocument/completion", e.document(at), &list)
	slices.SortStableFunc(list.Items, func(a, b struct {
		Label, Detail, SortText string
		TextEdit                edit
	}) int {
		return strings.Compare(a.SortText, b.SortText)
	})
	var out strings.Builder
	for _, item := range list.Items {
		if strings.HasPrefix(item.Label, prefix) {
			fmt.Fprintf(&out, "%s %s", item.TextEdit.Range, item.TextEdit.NewText)
			if item.Detail != "" {
				fmt.Fprintf(&out, " -- %s", item.Detail)
			}
			out.WriteByte('\n')
		}
	}
	return out.String()
}

func (e *editor) definition(at place) string {
	var l *struct {
		URI   string
		Range span
	}
	e.call("textDocument/definition", e.document(at), &l)
	if l == nil {
		return "nowhere\n"
	}
	return e.name(l.URI) + " " + l.Range.String() + "\n"
}

// fix prints the fixes at a place, each with the text that it makes.
func (e *editor) fix(at place) string {
	params := e.document()
	params["range"] = map[string]place{"start": at, "end": at}
	params["context"] = map[string]any{"diagnostics": []any{}}
	var actions []struct {
		Title string
		Edit  struct{ Changes map[string][]edit }
	}
	e.call("textDocument/codeAction", params, &actions)
	var out strings.Builder
	for _, a := range actions {
		fmt.Fprintf(&out, "%s\n%s\n", a.Title, e.apply(a.Edit.Changes[e.uri]))
	}
	return out.String()
}

// apply is the text after edits that do not overlap, given in any order. The texts of these tests are ASCII where they are edited.
func (e *editor) apply(edits []edit) string {
	lines := strings.SplitAfter(e.text, "\n")
	offset := func(p place) int { return len(strings.Join(lines[:p.Line], "")) + p.Character }
	slices.SortFunc(edits, func(a, b edit) int { return offset(b.Range.Start) - offset(a.Range.Start) })
	text := e.text
	for _, x := range edits {
		text = text[:offset(x.Range.Start)] + x.NewText + text[offset(x.Range.End):]
	}
	return text
}

func (e *editor) format() string {
	var edits []edit
	e.call("textDocument/formatting", e.document(), &edits)
	if len(edits) == 0 {
		return "as it is\n"
	}
	return e.apply(edits)
}

// tokens prints each token with its type.
func (e *editor) tokens() string {
	var result struct{ Data []int }
	e.call("textDocument/semanticTokens/full", e.document(), &result)
	lines := strings.Split(e.text, "\n")
	var out strings.Builder
	line, character := 0, 0
	for t := range slices.Chunk(result.Data, 5) {
		if t[0] > 0 {
			line, character = line+t[0], 0
		}
		character += t[1]
		units := utf16.Encode([]rune(lines[line]))
		fmt.Fprintf(&out, "%s %s\n", e.types[t[3]], string(utf16.Decode(units[character:character+t[2]])))
	}
	return out.String()
}

func (e *editor) symbols() string {
	var symbols []struct {
		Name, Detail          string
		Range, SelectionRange span
	}
	e.call("textDocument/documentSymbol", e.document(), &symbols)
	var out strings.Builder
	for _, s := range symbols {
		fmt.Fprintf(&out, "%s %s %s [%s]\n", s.Range, s.SelectionRange, s.Name, s.Detail)
	}
	return out.String()
}
