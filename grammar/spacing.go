package grammar

// spacing notes which tokens of a node touch and which words are names.
func (y *layout) spacing(n Node) {
	start, end := n.Span().Start, n.Span().End
	switch n := n.(type) {
	case *Ident, *Label, *Word:
		y.names[start] = true
	case *PropertyKey, *PropertyValue:
		for i := y.index(start); i < y.index(end); i++ {
			y.names[y.code[i].Pos.Offset] = true
			y.tight[y.code[i].Pos.Offset] = i > y.index(start)
		}
	case *Window:
		y.keywords[n.Word.Span().Start] = true
		y.touch(n.Word.Span().End)
	case *Call:
		if n.Bare {
			y.keywords[start] = true
		} else {
			y.touch(n.Name.Span().End)
		}
	case *Cast:
		if y.code[y.index(start)].Type == tokIdent && n.X.Span().Start > start {
			y.touch(start + 1)
		}
	case *Extract, *RowLit, *ArrayLit, *MapLit:
		if y.code[y.index(start)].Type == tokIdent {
			y.touch(start + 1)
		}
	case *Subscript:
		for i := y.index(n.X.Span().End); i < len(y.code); i++ {
			if isPunct(&y.code[i], "[") {
				y.tight[y.code[i].Pos.Offset] = true
				break
			}
		}
	case *Unary:
		if n.Op != Not {
			y.open[start] = true
		}
	case *DurationArg, *Interval:
		for i := y.index(start); i < y.index(end); i++ {
			if isPunct(&y.code[i], "-") {
				y.open[y.code[i].Pos.Offset] = true
			}
		}
	case *Type:
		for i := y.index(start) + 1; i < y.index(end); i++ {
			if t := &y.code[i]; isPunct(t, "<") || isPunct(t, "(") || isPunct(t, ">") || isPunct(t, "[") {
				y.tight[t.Pos.Offset] = true
				y.open[t.Pos.Offset] = !isPunct(t, ">")
			}
		}
	}
}

// touch lets the first token at or after an offset follow without a space.
func (y *layout) touch(offset int) {
	if i := y.index(offset); i < len(y.code) {
		y.tight[y.code[i].Pos.Offset] = true
	}
}

// space reports whether a space separates two neighbours of code.
func (y *layout) space(i, j int) bool {
	a, b := &y.code[i], &y.code[j]
	if last := a.Value[len(a.Value)-1]; last == '-' && b.Value[0] == '-' {
		return true // two minus signs would begin a comment
	}
	switch {
	case y.tight[b.Pos.Offset], y.open[a.Pos.Offset]:
		return false
	case isPunct(b, "."):
		return a.Type == tokNumber // 1.x is not a number and a field
	case isPunct(a, "("), isPunct(a, "["), isPunct(a, "{"), isPunct(a, "."), isPunct(a, "::"),
		isPunct(b, ")"), isPunct(b, "]"), isPunct(b, "}"), isPunct(b, ","), isPunct(b, ";"), isPunct(b, ":"), isPunct(b, "::"):
		return false
	}
	return true
}
