package foreign

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

var (
	randomSeed  = flag.Uint64("foreign.seed", 1, "seed of the random expressions")
	randomCount = flag.Int("foreign.expressions", 10000, "number of random expressions")
)

// form is a line of random.txt.
type form struct {
	kind         byte
	ours, duckdb string
}

// grammar writes random expressions of the shared subset, in both spellings at once.
type grammar struct {
	*rand.Rand
	forms  map[byte][]form
	anyOf  []form
	leaves map[byte][]string
}

func newGrammar(t *testing.T, seed uint64) *grammar {
	g := &grammar{Rand: rand.New(rand.NewPCG(seed, 7)), forms: map[byte][]form{}, leaves: map[byte][]string{}}
	for _, line := range lines(t, "testdata/random.txt") {
		f := strings.Split(line, "\t")
		if len(f) != 3 || len(f[0]) != 1 {
			t.Fatalf("random.txt: %q has no three columns", line)
		}
		if f[2] == "=" {
			f[2] = f[1]
		}
		x := form{f[0][0], f[1], f[2]}
		if x.kind == '?' {
			g.anyOf = append(g.anyOf, x)
			continue
		}
		g.forms[x.kind] = append(g.forms[x.kind], x)
	}
	slots := map[string]byte{"INTEGER": 'i', "FLOAT": 'f', "STRING": 's', "DECIMAL(10,3)": 'd', "TIMESTAMP": 't', "DATE": 'D'}
	for _, c := range columns {
		g.leaves[slots[c.veloc]] = append(g.leaves[slots[c.veloc]], c.name)
	}
	g.leaves['b'] = []string{"(i > 0)", "(s IS NULL)", "(f < g)", "TRUE", "(n = 3)"}
	g.leaves['i'] = append(g.leaves['i'], "3", "(-20)")
	return g
}

// expr is an expression of a kind, of at most so many levels.
func (g *grammar) expr(kind byte, depth int) (ours, duckdb string) {
	if depth == 0 || g.IntN(6) == 0 {
		leaf := g.leaves[kind][g.IntN(len(g.leaves[kind]))]
		return leaf, leaf
	}
	f := g.forms[kind][g.IntN(len(g.forms[kind]))]
	if g.IntN(5) == 0 {
		f = g.anyOf[g.IntN(len(g.anyOf))]
		with := strings.NewReplacer("{?}", "{"+string(kind)+"}")
		f.ours, f.duckdb = with.Replace(f.ours), with.Replace(f.duckdb)
	}
	return g.fill(f, depth)
}

// fill replaces the slots of both spellings, in order, by the same expressions.
func (g *grammar) fill(f form, depth int) (ours, duckdb string) {
	var a, b strings.Builder
	ours, duckdb = f.ours, f.duckdb
	for {
		i, k := strings.IndexByte(ours, '{'), strings.IndexByte(duckdb, '{')
		if i < 0 || k < 0 {
			return a.String() + ours, b.String() + duckdb
		}
		x, y := g.slot(ours[i+1], depth)
		a.WriteString(ours[:i] + x)
		b.WriteString(duckdb[:k] + y)
		ours, duckdb = ours[i+3:], duckdb[k+3:]
	}
}

func (g *grammar) slot(kind byte, depth int) (string, string) {
	switch kind {
	case '#':
		n := fmt.Sprint(g.IntN(7))
		return n, n
	case 'L':
		words := []string{"'a'", "'b c'", "'aB'", "'é'", "''"}
		w := words[g.IntN(len(words))]
		return w, w
	}
	return g.expr(kind, depth-1)
}

// wide is how many expressions are columns of one statement.
const wide = 50

// TestRandomExpressions compares random expressions with DuckDB: what both have, nested at random.
func TestRandomExpressions(t *testing.T) {
	g := newGrammar(t, *randomSeed)
	kinds := []byte("iifdsssbbbtD")
	var list []aCase
	seen := map[string]bool{}
	for len(list) < *randomCount {
		ours, duckdb := g.expr(kinds[g.IntN(len(kinds))], 1+g.IntN(3))
		if !seen[ours] && strings.ContainsAny(ours, "( ") {
			seen[ours] = true
			list = append(list, aCase{ours: ours, duckdb: duckdb})
		}
	}
	compared, refused := 0, map[string]bool{}
	for batch := range slices.Chunk(list, 2500) {
		var asked []question
		for _, c := range batch {
			asked = append(asked, question{c.ours, c.duckdb, true})
		}
		theirs := make(chan answers, 1)
		go func() {
			defer close(theirs) // also where it fails
			theirs <- duckDB(t, setup(), rows, asked)
		}()
		have := oursWide(t, batch)
		got := <-theirs
		for _, c := range batch {
			for row := range rows {
				a, b := have[c.ours][row], got[c.ours][row]
				if b.refused != "" {
					refused[c.ours+": "+b.refused] = true
					continue
				}
				if compared++; !agree(a, b) {
					t.Errorf("%s\n\tis %s, but DuckDB says of %s: %s; the row is %v", c.ours, a, c.duckdb, b, table()[row])
					break
				}
			}
		}
	}
	t.Logf("seed %d: %d expressions, %d values", *randomSeed, len(list), compared)
	if compared < len(list)*rows*95/100 {
		t.Errorf("only %d values could be compared", compared)
	}
	n := 0
	for why := range refused {
		if n++; n <= 20 {
			t.Logf("DuckDB refuses %.200s", why)
		}
	}
}
