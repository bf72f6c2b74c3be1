package diag

import (
	"fmt"
	"strings"

	"github.com/velostream/veloc/grammar/source"
)

// MisspeltAnnotation: VL0210. meant is the annotation that the writer had in mind.
func MisspeltAnnotation(name source.Span, meant string) Diagnostic {
	return Diagnostic{Code: "VL0210", Span: name, Message: fmt.Sprintf("there is no annotation `@%s`", name.Text())}.
		WithGuess(name, meant, fmt.Sprintf("did you mean `@%s`?", meant))
}

// UnknownAnnotation: VL0211.
func UnknownAnnotation(name source.Span) Diagnostic {
	return Diagnostic{Code: "VL0211", Severity: Warning, Span: name,
		Message: fmt.Sprintf("the annotation `@%s` means nothing to veloc", name.Text())}.
		WithNote("`veloc explain VL0211` says where the known ones are listed")
}

// IdleAnnotation: VL0212. why is a sentence without a full stop.
func IdleAnnotation(name source.Span, why string) Diagnostic {
	return Diagnostic{Code: "VL0212", Severity: Warning, Span: name,
		Message: fmt.Sprintf("the annotation `@%s` has no effect", name.Text())}.WithNote(why)
}

// UnreadDependency: VL0212, for a file in `@depends_on` of which nothing is known.
func UnreadDependency(at source.Span, name, why string) Diagnostic {
	return Diagnostic{Code: "VL0212", Severity: Warning, Span: at, Message: fmt.Sprintf("`@depends_on: %s` has no effect", name)}.WithNote(why)
}

// OtherName: VL0212, for `@name` above a CREATE that gives another name.
func OtherName(at source.Span, name, statement string) Diagnostic {
	return Diagnostic{Code: "VL0212", Severity: Warning, Span: at, Message: fmt.Sprintf("the name `%s` has no effect", name)}.
		WithNote(fmt.Sprintf("the statement is called `%s`, as CREATE says; properties start with that name", statement))
}

// BadAnnotationValue: VL0213. expected describes what fits: "a whole number from 1 to 1024"; meant may be empty.
func BadAnnotationValue(value source.Span, name, got, expected, meant string) Diagnostic {
	d := Diagnostic{Code: "VL0213", Span: value}
	if got == "" {
		d.Message = fmt.Sprintf("`@%s` has no value; expected %s", name, expected)
	} else {
		d.Message = fmt.Sprintf("`%s` is no value of `@%s`; expected %s", got, name, expected)
	}
	if meant != "" {
		return d.WithGuess(value, meant, fmt.Sprintf("did you mean `%s`?", meant))
	}
	return d
}

// RepeatedAnnotation: VL0214.
func RepeatedAnnotation(name, first source.Span) Diagnostic {
	return Diagnostic{Code: "VL0214", Span: name, Message: fmt.Sprintf("`@%s` is given twice", name.Text())}.
		WithLabel(first, "first given here")
}

// MetricPartWithoutMetric: VL0215.
func MetricPartWithoutMetric(name source.Span) Diagnostic {
	return Diagnostic{Code: "VL0215", Span: name, Message: fmt.Sprintf("`@%s` belongs to no metric", name.Text())}.
		WithNote("start the metric with `-- @metric: name` above it")
}

// BadMetricName: VL0216. bad is the first character that cannot stand where it is.
func BadMetricName(bad source.Span, what, name string) Diagnostic {
	return Diagnostic{Code: "VL0216", Span: bad, Message: fmt.Sprintf("`%s` cannot be the name of a %s", name, what)}.
		WithNote(map[string]string{
			"metric": "a metric is named by letters a to z, digits, `_` and `:`, and does not start with a digit",
			"label":  "a label is named by letters a to z, digits and `_`, and does not start with a digit or with `__`; dots of a path become `_`",
		}[what])
}

// MetricWithoutField: VL0217.
func MetricWithoutField(metric source.Span, kind string) Diagnostic {
	return Diagnostic{Code: "VL0217", Span: metric, Message: fmt.Sprintf("the %s `%s` does not say which column it measures", kind, metric.Text())}.
		WithNote("add `-- @metric_field: column` below it")
}

// MetricColumn: VL0218. meant may be empty; columns are those of the statement's result.
func MetricColumn(at source.Span, name, statement, meant string, columns []string) Diagnostic {
	d := Diagnostic{Code: "VL0218", Span: at, Message: fmt.Sprintf("column `%s` is not in the result of `%s`", name, statement)}
	if meant != "" {
		d = d.WithGuess(at, meant, fmt.Sprintf("did you mean `%s`?", meant))
	}
	if len(columns) == 0 {
		return d
	}
	return d.WithNote(fmt.Sprintf("`%s` has: %s", statement, strings.Join(columns, ", ")))
}

// MetricColumnType: VL0219. need is what the column must be: "a number", "a single value".
func MetricColumnType(at source.Span, name, typ, need string) Diagnostic {
	return Diagnostic{Code: "VL0219", Span: at, Message: fmt.Sprintf("column `%s` is %s, but a metric needs %s here", name, typ, need)}
}

// UnsortedBuckets: VL0220. at is the bound that is not greater than the one before it, or not greater than zero.
func UnsortedBuckets(at source.Span, bound, before string) Diagnostic {
	d := Diagnostic{Code: "VL0220", Span: at}
	if before == "" {
		d.Message = fmt.Sprintf("the bucket bound `%s` is not greater than 0", bound)
	} else {
		d.Message = fmt.Sprintf("the bucket bound `%s` is not greater than `%s` before it", bound, before)
	}
	return d.WithNote("bounds are positive and ascend, as in `@metric_buckets: 0.1, 0.5, 1, 5`")
}

// MetricConflict: VL0221. what differs: "type", "labels", "buckets", "help".
func MetricConflict(name, first source.Span, metric, what, here, there string) Diagnostic {
	return Diagnostic{Code: "VL0221", Span: name,
		Message: fmt.Sprintf("the metric `%s` exists with other %s: `%s` here, `%s` there", metric, what, here, there)}.
		WithLabel(first, "first defined here").
		WithNote("one name is one metric of the whole program: make the definitions equal, or choose another name")
}

// MetricIsBuiltin: VL0222.
func MetricIsBuiltin(name source.Span, builtin string) Diagnostic {
	return Diagnostic{Code: "VL0222", Span: name, Message: fmt.Sprintf("the metric `%s` collides with `%s`, which every job serves", name.Text(), builtin)}.
		WithNote("choose another name")
}

// MetricConditionType: VL0223.
func MetricConditionType(at source.Span, typ string) Diagnostic {
	return Diagnostic{Code: "VL0223", Span: at, Message: fmt.Sprintf("the condition of a metric must be BOOLEAN, but this is %s", typ)}
}

// RepeatedLabel: VL0224.
func RepeatedLabel(at, first source.Span, label string) Diagnostic {
	return Diagnostic{Code: "VL0224", Span: at, Message: fmt.Sprintf("the label `%s` is listed twice", label)}.
		WithLabel(first, "first listed here").
		WithNote("dots of a path become `_`, so `a.b` and `a_b` are the same label")
}

// AnnotationOfNothing: VL0225.
func AnnotationOfNothing(at source.Span) Diagnostic {
	return Diagnostic{Code: "VL0225", Severity: Warning, Span: at, Message: "this annotation stands after the last statement and belongs to none"}.
		WithNote("annotations describe the statement below them")
}

// MetricPartOfOtherKind: VL0226.
func MetricPartOfOtherKind(name source.Span, kind, only string) Diagnostic {
	return Diagnostic{Code: "VL0226", Span: name, Message: fmt.Sprintf("`@%s` does not fit a %s", name.Text(), kind)}.
		WithNote(fmt.Sprintf("only a %s has it: add `-- @metric_type: %s` or remove the line", only, only))
}

// BadHint: VL0227.
func BadHint(at source.Span, message string) Diagnostic {
	return Diagnostic{Code: "VL0227", Span: at, Message: message}
}

// ManyLabelValues is VL0250, a warning: a label that is likely to have a value of its own for nearly each row.
func ManyLabelValues(at source.Span, metric, label, why string) Diagnostic {
	return Diagnostic{Code: "VL0250", Severity: Warning, Span: at, Message: fmt.Sprintf("the label `%s` of `%s` may take very many values: %s", label, metric, why)}.
		WithNote("each value is a time series of its own; `metrics.max.cardinality` bounds how many are kept")
}

// UnknownLint is VL0251: veloc:ignore names no warning.
func UnknownLint(at source.Span, name string) Diagnostic {
	d := Diagnostic{Code: "VL0251", Span: at, Message: fmt.Sprintf("no warning is called `%s`", name)}
	if strings.EqualFold(name, "unbounded-state") {
		return d.WithNote("state that grows without bound is an error, which `-- @state_unbounded: accepted` above the statement accepts")
	}
	var names []string
	for _, l := range lints {
		names = append(names, l.Name)
	}
	return withSuggestion(d, name, names)
}

// UnusedIgnore is VL0252, a warning: veloc:ignore silences nothing.
func UnusedIgnore(at source.Span, name string) Diagnostic {
	return Diagnostic{Code: "VL0252", Severity: Warning, Span: at, Message: fmt.Sprintf("nothing here raises `%s`: there is nothing to ignore", name)}
}
