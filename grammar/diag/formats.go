package diag

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/velostream/veloc/grammar/source"
)

// jsonDiagnostic is one line of the --format json output; the names are a
// contract with tools.
type jsonDiagnostic struct {
	Code      Code        `json:"code"`
	Severity  string      `json:"severity"`
	Message   string      `json:"message"`
	File      string      `json:"file"`
	Line      int         `json:"line"`
	Column    int         `json:"column"`
	EndLine   int         `json:"end_line"`
	EndColumn int         `json:"end_column"`
	Hints     []string    `json:"hints"`
	Labels    []jsonLabel `json:"labels,omitempty"`
	Fix       *jsonFix    `json:"fix,omitempty"`
}

type jsonRange struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
}

type jsonLabel struct {
	jsonRange
	Text string `json:"text"`
}

type jsonFix struct {
	jsonRange
	Replacement string `json:"replacement"`
}

func rangeOf(s source.Span) jsonRange {
	start, end := s.StartPos(), s.EndPos()
	return jsonRange{File: start.Filename, Line: start.Line, Column: start.Column, EndLine: end.Line, EndColumn: end.Column}
}

// WriteJSON prints one JSON object per line. Lines and columns count from 1,
// columns in characters; the end is exclusive; 0 means "no place".
func WriteJSON(w io.Writer, l List) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, d := range l {
		at := rangeOf(d.Span)
		out := jsonDiagnostic{
			Code: d.Code, Severity: d.Severity.String(), Message: d.Message,
			File: at.File, Line: at.Line, Column: at.Column, EndLine: at.EndLine, EndColumn: at.EndColumn,
			Hints: d.Hints(),
		}
		for _, label := range d.Labels {
			out.Labels = append(out.Labels, jsonLabel{rangeOf(label.Span), label.Text})
		}
		if d.Fix != nil {
			out.Fix = &jsonFix{rangeOf(d.Fix.Span), d.Fix.Replacement}
		}
		if err := enc.Encode(out); err != nil {
			return err
		}
	}
	return nil
}

// WriteGitHub prints workflow commands, one per line, which GitHub Actions
// shows as annotations of the changed files.
func WriteGitHub(w io.Writer, l List) error {
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	for _, d := range l {
		kind := d.Severity.String()
		if d.Severity == Note {
			kind = "notice"
		}
		at := rangeOf(d.Span)
		message := strings.Join(append([]string{d.Message}, d.Hints()...), "\n")
		_, err := fmt.Fprintf(w, "::%s file=%s,line=%d,col=%d,endLine=%d,endColumn=%d,title=%s::%s\n",
			kind, property.Replace(at.File), at.Line, at.Column, at.EndLine, at.EndColumn,
			property.Replace(string(d.Code)), data.Replace(message))
		if err != nil {
			return err
		}
	}
	return nil
}
