package diag

import (
	"fmt"
	"strings"

	"github.com/velostream/veloc/grammar/source"
)

// nearby adds "did you mean" to a diagnostic when there is a candidate.
func (d Diagnostic) nearby(at source.Span, meant string) Diagnostic {
	if meant == "" {
		return d
	}
	return d.WithGuess(at, meant, fmt.Sprintf("did you mean `%s`?", meant))
}

// NoSchema: VL0601. columns are those that the query uses; why says what was tried in vain, or is empty; files tells that the
// source reads files, from which columns can be found.
func NoSchema(at source.Span, name string, columns []string, why string, files bool) Diagnostic {
	d := Diagnostic{Code: "VL0601", Span: at, Message: fmt.Sprintf("the columns of `%s` are not known", name)}
	if why != "" {
		d = d.WithNote(why)
	}
	declared := make([]string, 0, len(columns))
	for _, c := range columns {
		declared = append(declared, c+" STRING")
	}
	if len(columns) > 0 {
		d = d.WithNote("the query uses: " + strings.Join(columns, ", "))
	} else {
		declared = []string{"id INTEGER", "name STRING"}
	}
	ways := fmt.Sprintf("declare them with the types that they have:\nCREATE STREAM %s (%s) WITH (…);\n"+
		"or in a file schemas/%s.schema.yaml, or in one that '%s.schema.file' names", name, strings.Join(declared, ", "), name, name)
	if files {
		ways += fmt.Sprintf(",\nor put a sample of the data where '%s.path' points while you build", name)
	}
	return d.WithNote(ways)
}

// NoConnector: VL0603. kind is "source" or "sink"; known are the connectors of that kind.
func NoConnector(at source.Span, name, kind string, known []string) Diagnostic {
	return Diagnostic{Code: "VL0603", Span: at, Message: fmt.Sprintf("the %s `%s` has properties but no type", kind, name)}.
		WithNote(fmt.Sprintf("add '%s.type' = '%s'; there are: %s", name, known[0], strings.Join(known, ", ")))
}

// UnknownConnector: VL0604. planned says that the connector is known but not built.
func UnknownConnector(at source.Span, value, kind, meant string, known []string, planned bool) Diagnostic {
	d := Diagnostic{Code: "VL0604", Span: at, Message: fmt.Sprintf("there is no %s of type `%s`", kind, value)}
	if planned {
		d.Message = fmt.Sprintf("the %s type `%s` is not built yet", kind, value)
	}
	return d.nearby(at, meant).WithNote(fmt.Sprintf("types of a %s: %s", kind, strings.Join(known, ", ")))
}

// UnknownProperty: VL0605. of says whose property it would be: "a file_source", "a statement"; meant may be empty.
func UnknownProperty(at source.Span, key, of, meant string) Diagnostic {
	return Diagnostic{Code: "VL0605", Span: at, Message: fmt.Sprintf("%s has no property `%s`", of, key)}.nearby(at, meant)
}

// PropertyOfNobody: VL0605, for a key whose first part names nothing that the statement reads or writes.
func PropertyOfNobody(at source.Span, key, name, meant string, names []string) Diagnostic {
	d := Diagnostic{Code: "VL0605", Span: at, Message: fmt.Sprintf("`%s` belongs to `%s`, which this statement neither reads nor writes", key, name)}.nearby(at, meant)
	if len(names) > 0 {
		d = d.WithNote("it reads and writes: " + strings.Join(names, ", "))
	}
	return d
}

// BadProperty: VL0606.
func BadProperty(at source.Span, key, value, expected, meant string) Diagnostic {
	return Diagnostic{Code: "VL0606", Span: at, Message: fmt.Sprintf("`%s` is no value of `%s`; expected %s", value, key, expected)}.nearby(at, meant)
}

// IdleProperty: VL0607. why is a sentence without a full stop.
func IdleProperty(at source.Span, key, why string) Diagnostic {
	return Diagnostic{Code: "VL0607", Severity: Warning, Span: at, Message: fmt.Sprintf("the property `%s` has no effect", key)}.WithNote(why)
}

// MissingProperty: VL0608. example is a value.
func MissingProperty(at source.Span, name, connector, key, example string) Diagnostic {
	return Diagnostic{Code: "VL0608", Span: at, Message: fmt.Sprintf("`%s`, a %s, needs the property `%s`", name, connector, key)}.
		WithNote(fmt.Sprintf("add '%s.%s' = '%s'", name, key, example))
}

// BadFormat: VL0609.
func BadFormat(at source.Span, value, connector, meant string, known []string, planned bool) Diagnostic {
	d := Diagnostic{Code: "VL0609", Span: at, Message: fmt.Sprintf("a %s has no format `%s`", connector, value)}
	if planned {
		d.Message = fmt.Sprintf("the format `%s` is not built yet", value)
	}
	return d.nearby(at, meant).WithNote("formats: " + strings.Join(known, ", "))
}

// NotOneLine: VL0624. name is a source to "read" or a sink to "write" whose format is lines of text; columns are what it has.
func NotOneLine(at source.Span, name, use string, columns []string) Diagnostic {
	d := Diagnostic{Code: "VL0624", Span: at}
	if use == "read" {
		d.Message = fmt.Sprintf("`%s` has the format `raw`, whose rows are one STRING column", name)
		return d.WithNote("its columns are " + strings.Join(columns, ", ")).
			WithNote("take the line apart in the SELECT list, for example with SPLIT_PART or REGEXP_EXTRACT")
	}
	d.Message = fmt.Sprintf("`%s` has the format `raw`, whose rows are one column", name)
	return d.WithNote("its columns are " + strings.Join(columns, ", ")).WithNote("join them with ||, or choose the format csv or jsonlines")
}

// BadConfigFile: VL0610. at is where the file is named, or the place in the file that is wrong.
func BadConfigFile(at source.Span, file, problem string) Diagnostic {
	return Diagnostic{Code: "VL0610", Span: at, Message: fmt.Sprintf("the configuration file %s: %s", file, problem)}
}

// ConfigCycle: VL0611. files are in the order of `extends`, the first repeated at the end.
func ConfigCycle(at source.Span, files []string) Diagnostic {
	return Diagnostic{Code: "VL0611", Span: at, Message: "this configuration file extends itself"}.WithNote(strings.Join(files, "\nextends "))
}

// NowhereToGo: VL0612.
func NowhereToGo(at source.Span, name string) Diagnostic {
	return Diagnostic{Code: "VL0612", Span: at, Message: fmt.Sprintf("the rows of `%s` go nowhere: it has no sink and no later statement reads it", name)}.
		WithNote(fmt.Sprintf("add WITH ('%s.type' = 'file_sink', '%s.path' = '%s.jsonl'), or '%s.type' = 'stdout_sink' to print them", name, name, name, name))
}

// ConfigConflict: VL0613.
func ConfigConflict(at, first source.Span, name, key, here, there string) Diagnostic {
	return Diagnostic{Code: "VL0613", Span: at, Message: fmt.Sprintf("`%s` has been configured with another `%s`: `%s` here, `%s` there", name, key, here, there)}.
		WithLabel(first, "first configured here").
		WithNote("one name is one source or sink of the whole program: use the same values, or another name")
}

// NotInSink: VL0638. schema names the schema of the sink, which begins at begins.
func NotInSink(at source.Span, column, sink, schema string, names []string, begins source.Span) Diagnostic {
	d := Diagnostic{Code: "VL0638", Span: at, Message: fmt.Sprintf("`%s` takes no column `%s`", sink, column)}.
		WithNote(fmt.Sprintf("it takes %s (%s)", listed(names, 12), schema))
	if meant := Nearest(column, names); meant != "" {
		d = d.WithNote(fmt.Sprintf("did you mean `%s`? Name it so: … AS %s", meant, meant))
	}
	if begins.IsValid() {
		d = d.WithLabel(begins, "its columns begin here")
	}
	return d
}

// SinkType: VL0638, for a column that the sink takes with another type.
func SinkType(at source.Span, column, got, want, sink string, declared source.Span) Diagnostic {
	d := Diagnostic{Code: "VL0638", Span: at, Message: fmt.Sprintf("`%s` is %s, and `%s` takes it as %s", column, got, sink, want)}.
		WithNote(fmt.Sprintf("convert it: CAST(… AS %s) AS %s", want, column))
	if declared.IsValid() {
		d = d.WithLabel(declared, want+" here")
	}
	return d
}

// SinkLacks: VL0638, for a column that the sink must have and the result has not.
func SinkLacks(at source.Span, column, typ, sink string, declared source.Span) Diagnostic {
	d := Diagnostic{Code: "VL0638", Span: at, Message: fmt.Sprintf("the result has no column `%s`, which `%s` needs", column, sink)}.
		WithNote(fmt.Sprintf("its type is %s NOT NULL; add it to the SELECT list", typ))
	if declared.IsValid() {
		d = d.WithLabel(declared, "declared here")
	}
	return d
}

// SinkNull: VL0639, for a column that may be NULL where the sink takes none.
func SinkNull(at source.Span, column, sink string, declared source.Span) Diagnostic {
	d := Diagnostic{Code: "VL0639", Severity: Warning, Span: at, Message: fmt.Sprintf("`%s` may be NULL, and `%s` declares it NOT NULL", column, sink)}.
		WithNote(fmt.Sprintf("give it a value: COALESCE(…, …) AS %s", column))
	if declared.IsValid() {
		d = d.WithLabel(declared, "declared here")
	}
	return d
}

// BadSchemaText: VL0614, for a schema that is the value of a property.
func BadSchemaText(at source.Span, key, problem string) Diagnostic {
	return Diagnostic{Code: "VL0614", Span: at, Message: fmt.Sprintf("the schema of `%s`: %s", key, problem)}
}

// BadRegistry: VL0637.
func BadRegistry(at source.Span, address, problem string) Diagnostic {
	return Diagnostic{Code: "VL0637", Span: at, Message: fmt.Sprintf("the schema registry %s: %s", address, problem)}.
		WithNote("a registry is asked only for what the lock file does not hold")
}

// NoSubject: VL0637, for a name that a registry does not know.
func NoSubject(at source.Span, address, subject, meant string, known []string) Diagnostic {
	d := Diagnostic{Code: "VL0637", Span: at, Message: fmt.Sprintf("the schema registry %s has no subject `%s`", address, subject)}
	if meant != "" {
		d = d.WithNote(fmt.Sprintf("did you mean `%s`? Set 'value.subject'", meant))
	}
	if len(known) > 0 {
		d = d.WithNote("it has " + listed(known, 8))
	}
	return d
}

// BadSchemaFile: VL0614.
func BadSchemaFile(at source.Span, file, problem string) Diagnostic {
	return Diagnostic{Code: "VL0614", Span: at, Message: fmt.Sprintf("the schema file %s: %s", file, problem)}
}

// NoTimeColumn: VL0616.
func NoTimeColumn(at source.Span, column, of, meant string, columns []string) Diagnostic {
	return Diagnostic{Code: "VL0616", Span: at, Message: fmt.Sprintf("the event-time column `%s` is not in `%s`", column, of)}.nearby(at, meant).
		WithNote(fmt.Sprintf("`%s` has: %s", of, strings.Join(columns, ", ")))
}

// BadTimeColumn: VL0617. need says what a column must be for that format.
func BadTimeColumn(at source.Span, column, typ, format, need string) Diagnostic {
	d := Diagnostic{Code: "VL0617", Span: at, Message: fmt.Sprintf("column `%s` is %s and cannot hold event time", column, typ)}
	if format != "" {
		d.Message += fmt.Sprintf(" as `%s`", format)
	}
	return d.WithNote(need)
}

// NoMarkColumn: VL0616, for `watermark.column`.
func NoMarkColumn(at source.Span, column, of, meant string, columns []string) Diagnostic {
	return Diagnostic{Code: "VL0616", Span: at, Message: fmt.Sprintf("the column `%s`, which marks watermarks, is not in `%s`", column, of)}.nearby(at, meant).
		WithNote(fmt.Sprintf("the records of `%s` have: %s", of, strings.Join(columns, ", ")))
}

// BadMarkColumn: VL0617, for `watermark.column`.
func BadMarkColumn(at source.Span, column, typ string) Diagnostic {
	return Diagnostic{Code: "VL0617", Span: at, Message: fmt.Sprintf("column `%s` is %s and cannot mark watermarks", column, typ)}.
		WithNote("a BOOLEAN column says which rows' event times are watermarks; a TIMESTAMP column holds the watermarks themselves")
}

// BadTimePattern: VL0618.
func BadTimePattern(at source.Span, pattern, problem, meant string) Diagnostic {
	return Diagnostic{Code: "VL0618", Span: at, Message: fmt.Sprintf("the time pattern `%s`: %s", pattern, problem)}.nearby(at, meant)
}

// BadSample: VL0619. The data that a schema is to be inferred from cannot be read.
func BadSample(at source.Span, file, problem string) Diagnostic {
	return Diagnostic{Code: "VL0619", Span: at, Message: fmt.Sprintf("no columns can be found in %s: %s", file, problem)}
}

// LockDisagrees: VL0620.
func LockDisagrees(at source.Span, name, lock, difference string) Diagnostic {
	return Diagnostic{Code: "VL0620", Severity: Warning, Span: at, Message: fmt.Sprintf("the data of `%s` do not look like %s: %s", name, lock, difference)}.
		WithNote("the lock file counts; remove the entry of `" + name + "` from it to look at the data again, or declare the columns")
}

// GuessedColumn: VL0621.
func GuessedColumn(at source.Span, name, column, why string) Diagnostic {
	return Diagnostic{Code: "VL0621", Severity: Warning, Span: at, Message: fmt.Sprintf("column `%s` of `%s` is taken for STRING: %s", column, name, why)}.
		WithNote("declare its type in the source, or in a schema file")
}

// RepeatedColumn: VL0622.
func RepeatedColumn(at, first source.Span, column string) Diagnostic {
	return Diagnostic{Code: "VL0622", Span: at, Message: fmt.Sprintf("the column `%s` is declared twice", column)}.WithLabel(first, "first declared here")
}

// NoKeyColumn: VL0623.
func NoKeyColumn(at source.Span, column, of, meant string, columns []string) Diagnostic {
	return Diagnostic{Code: "VL0623", Span: at, Message: fmt.Sprintf("the key column `%s` is not in `%s`", column, of)}.nearby(at, meant).
		WithNote(fmt.Sprintf("`%s` has: %s", of, strings.Join(columns, ", ")))
}

// WhichSource: VL0625.
func WhichSource(at source.Span, key string, names []string) Diagnostic {
	full := make([]string, len(names))
	for i, n := range names {
		full[i] = fmt.Sprintf("'%s.%s'", n, key)
	}
	return Diagnostic{Code: "VL0625", Span: at, Message: fmt.Sprintf("`%s` does not say which source it is for, and the statement reads several", key)}.
		WithNote("write " + strings.Join(full, " or "))
}

// BadAddress: VL0626.
func BadAddress(at source.Span, problem string) Diagnostic {
	return Diagnostic{Code: "VL0626", Span: at, Message: problem}.
		WithNote("addresses: 'file://data/trades.csv', 'kafka://host:9092/topic'")
}

// BadLock: VL0627.
func BadLock(at source.Span, file, problem string) Diagnostic {
	return Diagnostic{Code: "VL0627", Span: at, Message: fmt.Sprintf("the lock file %s: %s", file, problem)}.
		WithNote("restore it from version control, or remove it and build where the data are")
}

// RepeatedProperty: VL0628.
func RepeatedProperty(at, first source.Span, key string) Diagnostic {
	return Diagnostic{Code: "VL0628", Span: at, Message: fmt.Sprintf("the property `%s` is given twice", key)}.WithLabel(first, "first given here")
}

// MadeHere: VL0629.
func MadeHere(at, made source.Span, name string) Diagnostic {
	return Diagnostic{Code: "VL0629", Severity: Warning, Span: at,
		Message: fmt.Sprintf("`%s` is made by an earlier statement and read from there; properties of a source have no effect", name)}.
		WithLabel(made, "made here")
}

// NotDeclarable: VL0630. what is "a computed column", "a metadata column", "a default value".
func NotDeclarable(at source.Span, what string) Diagnostic {
	return Diagnostic{Code: "VL0630", Span: at, Message: what + " of a source is not built yet"}.
		WithNote("declare the columns that the rows have, and compute others in the SELECT list")
}

// BadWatermark: VL0632.
func BadWatermark(at source.Span, column string) Diagnostic {
	return Diagnostic{Code: "VL0632", Span: at, Message: "a watermark is its column minus a fixed time"}.
		WithNote(fmt.Sprintf("write WATERMARK FOR %s AS %s - INTERVAL '5' SECOND, or AS %s for rows in order", column, column, column))
}

// NoNames: VL0633.
func NoNames(at source.Span, name string, count int) Diagnostic {
	return Diagnostic{Code: "VL0633", Severity: Warning, Span: at,
		Message: fmt.Sprintf("the %d columns of `%s` have no names; they are called column_1, column_2, …", count, name)}.
		WithNote("declare the columns, or set 'header' = 'true' if the first line holds names")
}

// Undeliverable: VL0634. The strategy for failed or late rows lacks the place where they go.
func Undeliverable(at source.Span, strategy, rows string) Diagnostic {
	return Diagnostic{Code: "VL0634", Span: at, Message: fmt.Sprintf("`%s` does not say where %s rows go", strategy, rows)}.
		WithNote("add 'dead.letter.queue.path' = 'rejected.jsonl', or 'dead.letter.queue.topic' = 'rejected'")
}

// SameFile: VL0635. how says what else happens to the file: "written by `a`".
func SameFile(at, other source.Span, path, how string) Diagnostic {
	return Diagnostic{Code: "VL0635", Span: at, Message: fmt.Sprintf("the file %s is %s too", path, how)}.WithLabel(other, "here").
		WithNote("give each its own file; to write several results into one, name one target: INSERT INTO target SELECT …")
}

// ProgramConflict: VL0636.
func ProgramConflict(at, first source.Span, key, here, there string) Diagnostic {
	return Diagnostic{Code: "VL0636", Span: at, Message: fmt.Sprintf("`%s` holds for the whole program: it cannot be `%s` here and `%s` there", key, here, there)}.
		WithLabel(first, "first set here")
}

// CannotWithdraw: VL0643. A sink that only adds rows gets a result whose rows can disappear.
func CannotWithdraw(at source.Span, sink string, kafka bool) Diagnostic {
	d := Diagnostic{Code: "VL0643", Span: at}
	d.Message = fmt.Sprintf("rows of this result can disappear, and `%s` cannot say so", sink)
	if kafka {
		d = d.WithNote("with a PRIMARY KEY a record without value deletes the row of its key")
	}
	return d.WithNote(fmt.Sprintf("'%s.changelog' = 'op' adds a column that says whether a row is inserted or deleted; 'debezium' writes `before`, `after` and `op` as JSON", sink))
}

// TableWithoutKey: VL0645. Rows without a key are to be served as a table.
func TableWithoutKey(at source.Span, sink string) Diagnostic {
	return Diagnostic{Code: "VL0645", Span: at, Message: fmt.Sprintf("nothing identifies a row of `%s`, so no request can ask for one", sink)}.
		WithNote("write PRIMARY KEY behind a column of the SELECT, or group the rows by one")
}

// DebeziumIsJSON: VL0644.
func DebeziumIsJSON(at source.Span, sink, format string) Diagnostic {
	d := Diagnostic{Code: "VL0644", Span: at}
	d.Message = fmt.Sprintf("`%s` has the format `%s`, and changes in the form of Debezium are JSON", sink, format)
	return d.WithNote("choose the format jsonlines, or 'changelog' = 'op'")
}

// LookedUpAtBuild: VL0640, a warning.
func LookedUpAtBuild(at source.Span, key, value string) Diagnostic {
	return Diagnostic{Code: "VL0640", Severity: Warning, Span: at,
		Message: fmt.Sprintf("`%s` decides about columns: `%s` is looked up when the job is built, not when it runs", key, value)}.
		WithNote("only the columns that it tells of go into the program; a build elsewhere needs the same environment")
}

// FixedProperty: VL0641.
func FixedProperty(at source.Span, key, value string) Diagnostic {
	return Diagnostic{Code: "VL0641", Span: at, Message: fmt.Sprintf("`%s` shapes the program, which cannot follow `%s` when it runs", key, value)}.
		WithNote("write the value itself; paths, topics, addresses and credentials are what the environment can say when the job starts")
}

// SeveralSchemas: VL0642.
func SeveralSchemas(at source.Span, name string, files []string) Diagnostic {
	return Diagnostic{Code: "VL0642", Span: at, Message: fmt.Sprintf("several files describe `%s`: %s", name, strings.Join(files, ", "))}.
		WithNote(fmt.Sprintf("keep one, or say which: '%s.schema.file' = '%s'", name, files[0]))
}
