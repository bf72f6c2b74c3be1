package bind

import (
	"slices"
	"strconv"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// GROUPING SETS, ROLLUP and CUBE are one aggregate for each set of keys, put together by UNION ALL; where a set does not have a key, its
// column is NULL.

// groupingSets are the sets of keys of one SELECT.
type groupingSets struct {
	list  [][]int // positions of keys; nil: the keys are one set
	calls []groupingCall
}

// groupingCall is GROUPING(a, b): a number that has a bit for each argument, the last one lowest, set where the row's set lacks the key.
type groupingCall struct {
	name string
	args []expr.Expr
	keys []int // that the arguments are
	at   source.Span
}

// mostSets is the largest number of sets: each has state of its own.
const mostSets = 64

// everywhere tells whether a key is in every set.
func (g *groupingSets) everywhere(key int) bool {
	return !slices.ContainsFunc(g.list, func(set []int) bool { return !slices.Contains(set, key) })
}

// setsOf expands GROUP BY into sets of expressions: its elements combine each with each.
func (s *scope) setsOf(g *grammar.GroupBy) [][]grammar.Expr {
	sets := [][]grammar.Expr{nil}
	for _, e := range g.Elements {
		var next [][]grammar.Expr
		own := expandSets(e)
		if len(own)*len(sets) > mostSets {
			s.report(diag.TooManySets(g.Span(), mostSets))
			s.broken, s.badKey = true, true
			return sets
		}
		for _, set := range sets {
			for _, more := range own {
				next = append(next, slices.Concat(set, more))
			}
		}
		sets = next
	}
	return sets
}

// expandSets are the sets that one element stands for, at least one; of more than mostSets, only that they are more.
func expandSets(g *grammar.Grouping) (out [][]grammar.Expr) {
	switch g.Word {
	case "GROUPING SETS":
		for _, inner := range g.Sets {
			out = append(out, expandSets(inner)...)
		}
	case "ROLLUP":
		for n := len(g.Sets); n >= 0; n-- {
			var set []grammar.Expr
			for _, inner := range g.Sets[:n] {
				set = append(set, inner.Exprs()...)
			}
			out = append(out, set)
		}
	case "CUBE":
		n := min(len(g.Sets), 7) // 2 to the power of 7 is more than mostSets
		for missing := range 1 << n {
			var set []grammar.Expr
			for i, inner := range g.Sets[:n] {
				if missing&(1<<(n-1-i)) == 0 {
					set = append(set, inner.Exprs()...)
				}
			}
			out = append(out, set)
		}
	default:
		return [][]grammar.Expr{g.Exprs()}
	}
	return out
}

// groupsAll tells whether one of the groups is all rows, which exists even where there are none.
func groupsAll(sel *grammar.Select) bool {
	if sel.GroupBy == nil {
		return true
	}
	all := true
	for _, e := range sel.GroupBy.Elements {
		all = all && slices.ContainsFunc(expandSets(e), func(set []grammar.Expr) bool { return len(set) == 0 })
	}
	return all
}

// grouping binds GROUPING(a, b).
func (s *scope) grouping(c *grammar.Call, name string) expr.Expr {
	at := c.Span()
	inside := s.in(inGroupBy)
	args := inside.exprs(c.Args)
	if anyInvalid(args) {
		return invalid(at)
	}
	if len(args) == 0 || len(args) > 62 || s.inAgg != "" || s.inOver || s.clause == inGroupBy || s.clause == inWhere || s.clause == inOn || s.clause == inMetric {
		s.report(diag.GroupingArgument(at, name))
		return invalid(at)
	}
	s.sets.calls = append(s.sets.calls, groupingCall{name: name, args: args, at: at})
	return &expr.Column{Node: expr.Node{T: types.Col{Type: types.TInteger}, At: at}, Index: groupingAt + len(s.sets.calls) - 1, Name: "grouping"}
}

// groupingWithoutGroups reports GROUPING in a query that gathers nothing.
func (s *scope) groupingWithoutGroups() {
	for _, c := range s.sets.calls {
		s.report(diag.GroupingArgument(c.at, c.name))
		s.broken = true
	}
}

// checkGroupings finds the keys that the arguments of GROUPING are.
func (s *scope) checkGroupings(keys []plan.GroupKey) {
	for i := range s.sets.calls {
		c := &s.sets.calls[i]
		for _, a := range c.args {
			k := slices.IndexFunc(keys, func(k plan.GroupKey) bool { return expr.Equal(k.E, a) })
			if k < 0 && !s.badKey {
				s.report(diag.GroupingArgument(a.Span(), c.name))
				s.broken = true
			}
			c.keys = append(c.keys, k)
		}
	}
}

// value is the number for rows of a set.
func (c *groupingCall) value(set []int) int64 {
	var bits int64
	for _, k := range c.keys {
		bits <<= 1
		if !slices.Contains(set, k) {
			bits |= 1
		}
	}
	return bits
}

// union makes one aggregate for each set and puts them together: all keys, the window's bounds, the calls of GROUPING, the aggregates.
func (s *scope) union(keys []plan.GroupKey, aggregate func([]plan.GroupKey) *plan.Aggregate, at source.Span) plan.Node {
	var inputs []plan.Node
	for _, set := range s.sets.list {
		own := make([]plan.GroupKey, len(set))
		for i, k := range set {
			own[i] = keys[k]
		}
		a := aggregate(own)
		through := plan.Through(a)
		var columns []plan.Named
		for k, key := range keys {
			if i := slices.Index(set, k); i >= 0 {
				columns = append(columns, through[i])
				continue
			}
			columns = append(columns, plan.Named{Name: key.Name, E: null(at, key.E.Col().Type)})
		}
		columns = append(columns, through[len(own):a.FirstAgg()]...)
		for i, c := range s.sets.calls {
			columns = append(columns, plan.Named{Name: "_grouping_" + strconv.Itoa(i+1), E: literal(c.at, types.TInteger, c.value(set))})
		}
		inputs = append(inputs, plan.NewProject(a, append(columns, through[a.FirstAgg():]...), at))
	}
	key := make([]int, len(keys), len(keys)+1)
	for i := range key {
		key[i] = i
	}
	if s.windowed {
		key = append(key, len(keys))
	}
	return plan.NewUnion("GROUPING SETS", inputs, key, at)
}
