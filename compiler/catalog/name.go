package catalog

import "github.com/velostream/veloc/grammar"

// StatementName is the name of a statement that makes rows, or "" for one that makes none.
func (c *Catalog) StatementName(st *grammar.Statement) string {
	for _, s := range c.Statements {
		if s.Syntax == st {
			return s.Name
		}
	}
	return ""
}
