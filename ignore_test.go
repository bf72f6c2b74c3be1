package veloc_test

import (
	"slices"
	"testing"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/grammar/diag"
)

// TestIgnore says which warnings a comment silences: VL0507 is raised by EMIT FINAL without aggregates.
func TestIgnore(t *testing.T) {
	for _, tt := range []struct {
		name, sql string
		want      []diag.Code
	}{
		{"nothing is silent by itself", "SELECT 1 AS a EMIT FINAL;", []diag.Code{"VL0507"}},
		{"above a statement", "-- veloc:ignore idle-emit\nSELECT 1 AS a EMIT FINAL;", nil},
		{"by its code, in any case", "-- veloc:ignore vl0507\nSELECT 1 AS a EMIT FINAL;", nil},
		{"inside of it", "SELECT 1 AS a -- veloc:ignore idle-emit\nEMIT FINAL;", nil},
		{"behind it", "SELECT 1 AS a EMIT FINAL; -- veloc:ignore idle-emit", nil},
		{"not in the next statement", "-- veloc:ignore idle-emit\nSELECT 1 AS a EMIT FINAL;\nSELECT 2 AS b EMIT FINAL;", []diag.Code{"VL0507"}},
		{"not in the one before", "SELECT 1 AS a EMIT FINAL;\n-- veloc:ignore idle-emit\nSELECT 2 AS b EMIT FINAL;", []diag.Code{"VL0507"}},
		{"for the whole file", "-- veloc:ignore idle-emit\n\nSELECT 1 AS a EMIT FINAL;\nSELECT 2 AS b EMIT FINAL;", nil},
		{"several names", "-- veloc:ignore null-comparison, idle-emit\nSELECT 1 = NULL AS a EMIT FINAL;", nil},
		{"one that silences nothing", "-- veloc:ignore idle-emit\nSELECT 1 AS a;", []diag.Code{"VL0252"}},
		{"one that is silenced itself", "-- veloc:ignore unknown-annotation\nSELECT 1 AS a;", []diag.Code{"VL0252"}},
		{"an error cannot be silenced", "-- veloc:ignore VL0304\nSELECT a;", []diag.Code{"VL0251"}},
		{"an ordinary comment", "-- see veloc:ignore\nSELECT 1 AS a EMIT FINAL;", []diag.Code{"VL0507"}},
		{"growing state has an annotation", "-- veloc:ignore unbounded-state\nSELECT 1 AS a;", []diag.Code{"VL0251"}},
		{"a misspelt name", "-- veloc:ignore idle-emits\nSELECT 1 AS a EMIT FINAL;", []diag.Code{"VL0251"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			job, err := veloc.Check("-e", tt.sql, veloc.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var got []diag.Code
			for _, d := range job.Diagnostics {
				if !slices.Contains(got, d.Code) {
					got = append(got, d.Code)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// TestStrictIgnore makes warnings errors: what is silenced stays silent.
func TestStrictIgnore(t *testing.T) {
	job, err := veloc.Check("-e", "-- veloc:ignore idle-emit\nSELECT 1 AS a EMIT FINAL;", veloc.Options{Strict: true})
	if err != nil || len(job.Diagnostics) > 0 {
		t.Errorf("%v %v", err, job.Diagnostics)
	}
}
