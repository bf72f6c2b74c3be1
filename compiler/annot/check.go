package annot

import (
	"slices"
	"strings"

	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
)

// Check reports what is wrong with the annotations of a file one by one: names that do not exist, values that do not fit, and
// annotations without effect. What several annotations say together is checked by [Metrics], [Hints] and [Application].
func Check(f *grammar.File) diag.List {
	var out diag.List
	checkAll(&out, f.Header)
	for _, s := range f.Statements {
		checkAll(&out, s.Annotations)
	}
	for _, a := range f.Trailing {
		if !a.Plain {
			out.Add(diag.AnnotationOfNothing(a.Span()))
		}
	}
	return out
}

func checkAll(out *diag.List, list []*grammar.Annotation) {
	for _, a := range list {
		if s, ok := specOf(a); ok {
			checkOne(out, a, s)
		} else if !a.Plain {
			unknown(out, a)
		}
	}
	if strings.EqualFold(last(list, "job_mode").text, "simple") {
		for _, a := range find(list, "num_partitions") {
			out.Add(diag.IdleAnnotation(a.NameSpan, "mode simple has one worker"))
		}
	}
}

// specOf finds the spec of an annotation. Header lines "Key: value" that are not known are plain comments.
func specOf(a *grammar.Annotation) (*Spec, bool) {
	if !a.Plain {
		return Lookup(a.Name)
	}
	name, ok := headers[strings.Join(strings.Fields(strings.ToLower(a.Name)), " ")]
	if !ok || name == "property" && !keyValue.MatchString(value(a).text) { // a remark on something else
		return nil, false
	}
	return Lookup(name)
}

func unknown(out *diag.List, a *grammar.Annotation) {
	if meant := diag.Nearest(a.Name, names()); meant != "" {
		out.Add(diag.MisspeltAnnotation(a.NameSpan, meant))
		return
	}
	out.Add(diag.UnknownAnnotation(a.NameSpan))
}

func checkOne(out *diag.List, a *grammar.Annotation, s *Spec) {
	v := value(a)
	switch {
	case s.Idle != "" && (v.text == "" || s.fits(v.unquote().text)):
		out.Add(diag.IdleAnnotation(a.NameSpan, s.Idle))
	case v.text == "":
		out.Add(diag.BadAnnotationValue(a.NameSpan, a.Name, "", s.Expects(), ""))
	case !s.fits(v.text):
		out.Add(diag.BadAnnotationValue(v.at, a.Name, v.text, s.Expects(), diag.Nearest(v.text, s.Values)))
	}
}

// find returns the annotations of a spec, in order, that have a value which fits.
func find(list []*grammar.Annotation, name string) []*grammar.Annotation {
	var out []*grammar.Annotation
	for _, a := range list {
		if s, ok := specOf(a); ok && s.Name == name {
			if v := value(a); v.text != "" && s.fits(v.text) {
				out = append(out, a)
			}
		}
	}
	return out
}

// spoken leaves header lines "Key: value" out where an annotation says the same: `-- SQL Application: Market Data` is a title beside
// `-- @app: market_data`.
func spoken(list []*grammar.Annotation) []*grammar.Annotation {
	if slices.ContainsFunc(list, func(a *grammar.Annotation) bool { return !a.Plain }) {
		return slices.DeleteFunc(slices.Clone(list), func(a *grammar.Annotation) bool { return a.Plain })
	}
	return list
}

// last is the value of the last annotation of that name; "" if there is none. Names of statements and settings of jobs are given
// once; a repetition is reported where the statement is read.
func last(list []*grammar.Annotation, name string) part {
	found := find(list, name)
	if len(found) == 0 {
		return part{}
	}
	return value(found[len(found)-1]).unquote()
}

// repeated reports annotations of the named specs that a list gives more than once.
func repeated(out *diag.List, list []*grammar.Annotation, specs ...string) {
	for _, name := range specs {
		found := spoken(find(list, name))
		for i := 1; i < len(found); i++ {
			if value(found[i]).text != value(found[0]).text {
				out.Add(diag.RepeatedAnnotation(found[i].NameSpan, found[0].NameSpan))
			}
		}
	}
}
