package veloc

import (
	"slices"

	"github.com/velostream/veloc/codegen"
	"github.com/velostream/veloc/runtime/state"
)

// Outcome is what becomes of a table of saved state when a job goes on with other SQL.
type Outcome string

// The outcomes, from good to bad.
const (
	Kept     Outcome = "kept"     // as it is
	New      Outcome = "new"      // the old job had no such table; it begins empty
	Migrated Outcome = "migrated" // what both know is kept, what is new begins with rows that come from then on
	Rebuilt  Outcome = "rebuilt"  // the saved state does not fit; the table has to begin empty (--reset-state)
	Lost     Outcome = "lost"     // the new job has no such table; its state has to be given up (--reset-state)
)

// StateChange is what becomes of one table.
type StateChange struct {
	Table   string   `json:"table"`
	Outcome Outcome  `json:"outcome"`
	Why     string   `json:"why,omitempty"`     // of rebuilt and lost
	Added   []string `json:"added,omitempty"`   // fields of values that begin empty
	Dropped []string `json:"dropped,omitempty"` // fields of values that are given up
}

// CompareState tells what becomes of the state that one job has saved when another one goes on from it.
func CompareState(before, now *Job) (changes []StateChange) {
	find := func(in []codegen.Table, name string) *codegen.Table {
		i := slices.IndexFunc(in, func(t codegen.Table) bool { return t.Name == name })
		if i < 0 {
			return nil
		}
		return &in[i]
	}
	for _, old := range before.Tables {
		c := StateChange{Table: old.Name, Outcome: Kept}
		if t := find(now.Tables, old.Name); t == nil {
			c.Outcome, c.Why = Lost, "the new job has no such table"
		} else if d, err := state.Compare(schemaOf(&old), schemaOf(t)); err != nil {
			c.Outcome, c.Why = Rebuilt, err.Error()
		} else if d.Arrange != nil {
			c.Outcome, c.Added, c.Dropped = Migrated, fieldNames(d.Added), fieldNames(d.Dropped)
			if c.Added == nil && c.Dropped == nil {
				c.Outcome = Kept // fields have only moved
			}
		}
		changes = append(changes, c)
	}
	for _, t := range now.Tables {
		if find(before.Tables, t.Name) == nil {
			changes = append(changes, StateChange{Table: t.Name, Outcome: New})
		}
	}
	return changes
}

func schemaOf(t *codegen.Table) *state.Schema {
	fields := func(in []codegen.TableField) (out []state.Field) {
		for _, f := range in {
			out = append(out, state.Field{Name: f.Name, Type: f.Type})
		}
		return out
	}
	return &state.Schema{Name: t.Name, Rows: t.Rows, Key: fields(t.Key), Row: fields(t.Row), Value: fields(t.Value)}
}

func fieldNames(fs []state.Field) (out []string) {
	for _, f := range fs {
		out = append(out, f.Name)
	}
	return out
}
