package plan

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The JSON form has stable field names, so that tools may read it.
type jsonStatement struct {
	Name    string    `json:"name"`
	Kind    string    `json:"kind"`
	Line    int       `json:"line"`
	Sink    *jsonSink `json:"sink,omitempty"`
	Metrics []string  `json:"metrics,omitempty"`
	Plan    *jsonNode `json:"plan"`
}

type jsonSink struct {
	Name      string   `json:"name"`
	Connector string   `json:"connector"`
	Format    string   `json:"format,omitempty"`
	Key       []string `json:"key,omitempty"`
}

type jsonNode struct {
	Op      string       `json:"op"`
	Text    string       `json:"text"`
	Line    int          `json:"line,omitempty"`
	Columns []jsonColumn `json:"columns"`
	Mode    string       `json:"mode"`
	Key     []string     `json:"key,omitempty"`
	Time    string       `json:"time"`
	Bounded bool         `json:"bounded"`
	Inputs  []*jsonNode  `json:"inputs,omitempty"`
}

type jsonColumn struct {
	Name     string `json:"name"`
	Type     string `json:"type"`
	Nullable bool   `json:"nullable"`
}

// JSON renders a job as indented JSON: {"job": …, "statements": [{"name", "kind", "sink", "metrics", "plan": {"op", "text",
// "columns", "mode", "key", "time", "bounded", "inputs"}}]}.
func JSON(j *Job) []byte {
	doc := struct {
		Job        string           `json:"job"`
		Statements []*jsonStatement `json:"statements"`
	}{j.Name, []*jsonStatement{}}
	for _, st := range j.Statements {
		doc.Statements = append(doc.Statements, statementJSON(st))
	}
	out, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		panic("bug: " + err.Error()) // strings, numbers and booleans always encode
	}
	return append(out, '\n')
}

func statementJSON(st *Statement) *jsonStatement {
	s := &jsonStatement{Name: st.Name, Kind: st.Kind(), Line: st.At.Line(), Plan: nodeJSON(st.Root)}
	if st.Sink != nil {
		s.Sink = &jsonSink{
			Name: st.Sink.Target.Name, Connector: st.Sink.Target.Connector, Format: string(st.Sink.Target.Format),
			Key: names(st.Root.Props().Schema, st.Sink.Key),
		}
	}
	for _, m := range st.Metrics {
		s.Metrics = append(s.Metrics, metricText(m))
	}
	return s
}

func nodeJSON(n Node) *jsonNode {
	p := n.Props()
	text := Describe(n)
	op, _, _ := strings.Cut(text, " ")
	out := &jsonNode{
		Op: strings.ToLower(op), Text: text, Line: n.Span().Line(), Columns: []jsonColumn{},
		Mode: p.Mode.String(), Key: names(p.Schema, p.Key), Time: timeText(p), Bounded: p.Bounded,
	}
	for _, c := range p.Schema {
		out.Columns = append(out.Columns, jsonColumn{c.Name, c.Col.Type.String(), c.Col.Nullable})
	}
	for _, in := range n.Inputs() {
		out.Inputs = append(out.Inputs, nodeJSON(in))
	}
	return out
}

// Mermaid renders a job as a Mermaid flow chart, sources at the top, sinks at the bottom.
func Mermaid(j *Job) string {
	m := mermaid{ids: map[*Statement]string{}}
	m.WriteString("flowchart TD\n")
	for i, st := range j.Statements {
		fmt.Fprintf(&m, "  subgraph s%d[\"%s\"]\n", i+1, mermaidText(st.Name))
		m.ids[st] = m.node(st.Root)
		m.WriteString("  end\n")
		if st.Sink != nil {
			m.next++
			fmt.Fprintf(&m, "  n%d[/\"%s\"/]\n  %s --> n%d\n", m.next, mermaidText(sinkText(st)), m.ids[st], m.next)
		}
	}
	return m.String()
}

type mermaid struct {
	strings.Builder
	next int
	ids  map[*Statement]string // of the last node of each statement
}

// node writes n below its inputs and returns its identifier.
func (m *mermaid) node(n Node) string {
	var from []string
	for _, in := range n.Inputs() {
		from = append(from, m.node(in))
	}
	if r, ok := n.(*Ref); ok {
		from = append(from, m.ids[r.Statement])
	}
	m.next++
	id := fmt.Sprintf("n%d", m.next)
	fmt.Fprintf(m, "    %s[\"%s\"]\n", id, mermaidText(Describe(n)))
	for _, f := range from {
		fmt.Fprintf(m, "    %s --> %s\n", f, id)
	}
	return id
}

// mermaidText escapes what Mermaid would read as syntax, with its numeric entities.
func mermaidText(s string) string {
	return strings.NewReplacer(`"`, "#34;", "<", "#60;", ">", "#62;", "\n", " ", "#", "#35;").Replace(s)
}
