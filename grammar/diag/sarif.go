package diag

import (
	"encoding/json"
	"io"
	"slices"

	"github.com/velostream/veloc/grammar/source"
)

// The types below are the part of SARIF 2.1.0 (OASIS, 2020) that veloc writes.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool     `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name  string      `json:"name"`
	Rules []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID    string    `json:"id"`
	Short sarifText `json:"shortDescription"`
	Help  sarifHelp `json:"help"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifHelp struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations,omitempty"`
	Related   []sarifLocation `json:"relatedLocations,omitempty"`
	Fixes     []sarifFix      `json:"fixes,omitempty"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
	Message  *sarifText    `json:"message,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
}

type sarifFix struct {
	Description sarifText     `json:"description"`
	Changes     []sarifChange `json:"artifactChanges"`
}

type sarifChange struct {
	Artifact     sarifArtifact      `json:"artifactLocation"`
	Replacements []sarifReplacement `json:"replacements"`
}

type sarifReplacement struct {
	Deleted  sarifRegion `json:"deletedRegion"`
	Inserted sarifText   `json:"insertedContent"`
}

// WriteSARIF prints one SARIF 2.1.0 log with one run, whose rules are the pages
// of the codes that occur.
func WriteSARIF(w io.Writer, l List) error {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "veloc", Rules: []sarifRule{}}},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
	var codes []Code
	for _, d := range l {
		if d.Code != "" {
			codes = append(codes, d.Code)
		}
		run.Results = append(run.Results, sarifResultOf(d))
	}
	slices.Sort(codes)
	for _, c := range slices.Compact(codes) {
		page, _ := Page(string(c))
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules,
			sarifRule{ID: string(c), Short: sarifText{Title(c)}, Help: sarifHelp{Text: page, Markdown: page}})
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

func sarifResultOf(d Diagnostic) sarifResult {
	text := d.Message
	for _, hint := range d.Hints() {
		text += "\n" + hint
	}
	r := sarifResult{RuleID: string(d.Code), Level: d.Severity.String(), Message: sarifText{text}}
	if d.Span.IsValid() {
		r.Locations = []sarifLocation{sarifLocationOf(d.Span, nil)}
	}
	for _, label := range d.Labels {
		if label.Span.IsValid() && label.Span != d.Span {
			r.Related = append(r.Related, sarifLocationOf(label.Span, &sarifText{label.Text}))
		}
	}
	if d.Fix != nil {
		at := sarifLocationOf(d.Fix.Span, nil).Physical
		r.Fixes = []sarifFix{{
			Description: sarifText{d.Fix.Message},
			Changes: []sarifChange{{
				Artifact:     at.Artifact,
				Replacements: []sarifReplacement{{Deleted: at.Region, Inserted: sarifText{d.Fix.Replacement}}},
			}},
		}}
	}
	return r
}

func sarifLocationOf(s source.Span, message *sarifText) sarifLocation {
	at := rangeOf(s)
	return sarifLocation{
		Physical: sarifPhysical{
			Artifact: sarifArtifact{URI: at.File},
			Region:   sarifRegion{StartLine: at.Line, StartColumn: at.Column, EndLine: at.EndLine, EndColumn: at.EndColumn},
		},
		Message: message,
	}
}
