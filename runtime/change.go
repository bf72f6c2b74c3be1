package rt

// Op says what a row means to the operator that it is handed to. Where rows are only ever added, generated code knows no Op. A row that
// replaces another one comes as the deletion of the old row, with all its columns, followed by the insertion of the new one.
type Op int8

// The operations. Their values are the change in the number of rows.
const (
	Insert Op = 1
	Delete Op = -1
)

// Debezium returns what stands before and behind the columns of a changed row in Debezium's JSON.
func (o Op) Debezium() (before, after string) {
	if o == Delete {
		return `{"before":`, `,"after":null,"op":"d"}`
	}
	return `{"before":null,"after":`, `,"op":"c"}`
}

func (o Op) String() string {
	if o == Delete {
		return "delete"
	}
	return "insert"
}
