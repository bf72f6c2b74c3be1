package lsp

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"sync"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/source"
)

// Serve speaks with one editor until it says exit or the stream ends. Messages are answered in the order in which they come. The result
// is false when the editor left without saying shutdown, which the protocol calls an error.
func Serve(ctx context.Context, in io.ReadCloser, out io.Writer, version string) (orderly bool) {
	s := &server{version: version, documents: map[string]*document{}, left: make(chan struct{})}
	stream := jsonrpc2.NewBufferedStream(&duplex{in, out}, jsonrpc2.VSCodeObjectCodec{})
	conn := jsonrpc2.NewConn(ctx, stream, jsonrpc2.HandlerWithError(s.handle))
	select {
	case <-conn.DisconnectNotify():
	case <-s.left:
		conn.Close()
	case <-ctx.Done():
		conn.Close()
	}
	return s.shut
}

// duplex is a pair of streams as one connection.
type duplex struct {
	io.ReadCloser
	io.Writer
}

type server struct {
	version   string
	utf8      bool
	shut      bool
	documents map[string]*document
	leave     sync.Once
	left      chan struct{} // closed by exit
}

// The methods of the server by their names in the protocol.
var methods = map[string]func(s *server, params []byte) (any, error){
	"initialize":                       request((*server).initialize),
	"textDocument/hover":               at((*document).hover),
	"textDocument/definition":          at((*document).definition),
	"textDocument/completion":          at(completions),
	"textDocument/codeAction":          request((*server).codeAction),
	"textDocument/formatting":          about((*document).format),
	"textDocument/documentSymbol":      about((*document).symbols),
	"textDocument/semanticTokens/full": about((*document).semanticTokens),
}

// handle answers a request or obeys a notification.
func (s *server) handle(ctx context.Context, conn *jsonrpc2.Conn, req *jsonrpc2.Request) (any, error) {
	params := []byte("null")
	if req.Params != nil {
		params = *req.Params
	}
	switch req.Method {
	case "shutdown":
		s.shut = true
		return nil, nil
	case "exit":
		s.leave.Do(func() { close(s.left) })
		return nil, nil
	case "textDocument/didOpen":
		p, err := decode[didOpenParams](params)
		if err != nil {
			return nil, err
		}
		return nil, s.show(ctx, conn, p.TextDocument.URI, p.TextDocument.Version, p.TextDocument.Text)
	case "textDocument/didChange":
		p, err := decode[didChangeParams](params)
		if err != nil || len(p.ContentChanges) == 0 {
			return nil, err
		}
		return nil, s.show(ctx, conn, p.TextDocument.URI, p.TextDocument.Version, p.ContentChanges[len(p.ContentChanges)-1].Text)
	case "textDocument/didSave": // files that the SQL names may have changed with it
		p, err := decode[documentParams](params)
		if d := s.documents[p.TextDocument.URI]; err == nil && d != nil {
			err = s.show(ctx, conn, d.uri, d.version, d.text)
		}
		return nil, err
	case "textDocument/didClose":
		p, err := decode[documentParams](params)
		if err != nil {
			return nil, err
		}
		delete(s.documents, p.TextDocument.URI)
		return nil, conn.Notify(ctx, "textDocument/publishDiagnostics", publishDiagnosticsParams{URI: p.TextDocument.URI, Diagnostics: []diagnostic{}})
	}
	method, ok := methods[req.Method]
	if !ok {
		if req.Notif {
			return nil, nil // the protocol lets a server ignore what it does not know
		}
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: "veloc does not answer " + req.Method}
	}
	return method(s, params)
}

// show compiles a document and publishes what there is to say of it.
func (s *server) show(ctx context.Context, conn *jsonrpc2.Conn, uri string, version int, text string) error {
	d := analyse(uri, text)
	d.version, d.utf8 = version, s.utf8
	s.documents[uri] = d
	return conn.Notify(ctx, "textDocument/publishDiagnostics", publishDiagnosticsParams{URI: uri, Version: &version, Diagnostics: d.diagnostics()})
}

func (s *server) initialize(p initializeParams) (any, error) {
	encoding := "utf-16"
	if slices.Contains(p.Capabilities.General.PositionEncodings, "utf-8") {
		encoding, s.utf8 = "utf-8", true
	}
	return initializeResult{
		ServerInfo: serverInfo{"veloc", s.version},
		Capabilities: serverCapabilities{
			PositionEncoding: encoding,
			TextDocumentSync: syncOptions{OpenClose: true, Change: wholeText, Save: true},
			HoverProvider:    true, DefinitionProvider: true, DocumentSymbolProvider: true, DocumentFormattingProvider: true,
			CodeActionProvider:     codeActionOptions{[]string{"quickfix"}},
			CompletionProvider:     completionOptions{[]string{".", "@", "'"}},
			SemanticTokensProvider: semanticTokensOptions{Legend: semanticTokensLegend{tokenTypes, []string{}}, Full: true},
		},
	}, nil
}

func (s *server) codeAction(p codeActionParams) (any, error) {
	d, err := s.open(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	return d.fixes(p.Range), nil
}

func completions(d *document, offset int) *completionList {
	items := d.complete(offset)
	if items == nil {
		items = []completionItem{}
	}
	return &completionList{Items: items}
}

// format replaces the whole text by its canonical form; nothing while there are syntax errors.
func (d *document) format() []textEdit {
	f := source.New(d.job.Source.Name, d.text)
	text, found := grammar.Format(f)
	if found.HasErrors() || text == d.text {
		return []textEdit{}
	}
	return []textEdit{{d.rangeOf(d.job.Source.Span(0, len(d.text))), text}}
}

func (s *server) open(uri string) (*document, error) {
	if d := s.documents[uri]; d != nil {
		return d, nil
	}
	return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: uri + " is not open"}
}

func decode[P any](params []byte) (p P, err error) {
	if err := json.Unmarshal(params, &p); err != nil {
		return p, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: err.Error()}
	}
	return p, nil
}

// request is a method with parameters of its own.
func request[P any](f func(*server, P) (any, error)) func(*server, []byte) (any, error) {
	return func(s *server, params []byte) (any, error) {
		p, err := decode[P](params)
		if err != nil {
			return nil, err
		}
		return f(s, p)
	}
}

// about is a method about a whole document.
func about[R any](f func(*document) R) func(*server, []byte) (any, error) {
	return request(func(s *server, p documentParams) (any, error) {
		d, err := s.open(p.TextDocument.URI)
		if err != nil {
			return nil, err
		}
		return f(d), nil
	})
}

// at is a method about one place of a document.
func at[R any](f func(*document, int) *R) func(*server, []byte) (any, error) {
	return request(func(s *server, p positionParams) (any, error) {
		d, err := s.open(p.TextDocument.URI)
		if err != nil {
			return nil, err
		}
		if r := f(d, d.offset(p.Position)); r != nil {
			return r, nil
		}
		return nil, nil
	})
}
