package grammar

// RelationKind says what a CREATE makes.
type RelationKind uint8

const (
	// Stream is what CREATE STREAM makes.
	Stream RelationKind = iota
	// Table is what CREATE TABLE makes.
	Table
	// View is what CREATE VIEW makes.
	View
)

// String is STREAM, TABLE or VIEW.
func (k RelationKind) String() string { return [...]string{"STREAM", "TABLE", "VIEW"}[k] }

// Create is CREATE STREAM|TABLE|VIEW: the declaration of a source when it has no
// query, else a job that fills what it creates.
type Create struct {
	node
	OrReplace   bool   `parser:"'CREATE' @( 'OR' 'REPLACE' )? 'TEMPORARY'?"`
	KindWord    string `parser:"@( 'STREAM' | 'TABLE' | 'VIEW' )"`
	IfNotExists bool   `parser:"@( 'IF' 'NOT' 'EXISTS' )?"`
	Name        *Name  `parser:"@@"`
	// Elements are columns, watermarks and keys, in order.
	Elements []*Element `parser:"( '(' @@ ( ',' @@ )* ','? ')' )?"`
	// Clauses are what stands around the query: WITH, INTO, PARTITIONED BY, COMMENT.
	Clauses []*CreateClause `parser:"@@*"`
	// Query is the SELECT after AS, or nil for the declaration of a source.
	// Its own trailing WITH, INTO and EMIT are in the Query.
	Query *Query `parser:"( 'AS' @@ )?"`

	// Kind says what is made.
	Kind RelationKind
	// Properties is the WITH list before AS, or nil.
	Properties *Properties
	// Into is the target named before AS, or nil.
	Into *Into
	// Columns are the column definitions among the Elements.
	Columns []*ColumnDef
	// Watermark is the WATERMARK FOR element, or nil.
	Watermark *Watermark
	// PrimaryKey is the PRIMARY KEY (…) element, or nil. Keys that are marked
	// on a column are in its ColumnDef.
	PrimaryKey *PrimaryKey
}

// CreateClause is one clause between the name and AS.
type CreateClause struct {
	node
	Properties  *Properties `parser:"  @@"`
	Into        *Into       `parser:"| @@"`
	PartitionBy []*Ident    `parser:"| 'PARTITIONED' 'BY' '(' @@ ( ',' @@ )* ')'"`
	Comment     *String     `parser:"| 'COMMENT' @@"`
}

// Element is one item of the list in parentheses of a CREATE.
type Element struct {
	node
	Watermark  *Watermark  `parser:"  @@"`
	PrimaryKey *PrimaryKey `parser:"| @@"`
	Column     *ColumnDef  `parser:"| @@"`
}

// ColumnDef is `name TYPE [NOT NULL] [PRIMARY KEY] …`.
type ColumnDef struct {
	node
	Name *Ident `parser:"@@"`
	// Computed is the expression of `name AS expr`, else nil.
	Computed Expr `parser:"( 'AS' @@"`
	// Type is nil for a computed column, and for one of a view or result whose query says it.
	Type    *Type           `parser:"| (?! 'NOT' | 'NULL' | 'PRIMARY' | 'DEFAULT' | 'COMMENT' ) @@ )?"`
	Options []*ColumnOption `parser:"@@*"`

	// NotNull and PrimaryKey say what is written: a PRIMARY KEY column without
	// NOT NULL has NotNull unset.
	NotNull    bool
	PrimaryKey bool
	// Default is the DEFAULT expression, or nil.
	Default Expr
	// Metadata is set by METADATA [FROM 'key']; MetadataKey is the key or "".
	Metadata    bool
	MetadataKey string
}

// ColumnOption is what may follow a column's type.
type ColumnOption struct {
	node
	NotNull    bool    `parser:"  @( 'NOT' 'NULL' )"`
	Null       bool    `parser:"| @'NULL'"`
	PrimaryKey bool    `parser:"| @( 'PRIMARY' 'KEY' ) ( 'NOT' 'ENFORCED' )?"`
	Key        bool    `parser:"| @'KEY'"`
	Default    Expr    `parser:"| 'DEFAULT' @@"`
	Metadata   bool    `parser:"| @'METADATA'"`
	From       *String `parser:"  ( 'FROM' @@ )? 'VIRTUAL'?"`
	Comment    *String `parser:"| 'COMMENT' @@"`
}

// Watermark is WATERMARK FOR ts AS ts - INTERVAL '5' SECOND.
type Watermark struct {
	node
	Column *Name `parser:"'WATERMARK' 'FOR' @@"`
	Value  Expr  `parser:"'AS' @@"`
}

// PrimaryKey is PRIMARY KEY (a, b) [NOT ENFORCED].
type PrimaryKey struct {
	node
	Columns []*Ident `parser:"( 'CONSTRAINT' Ident )? 'PRIMARY' 'KEY' '(' @@ ( ',' @@ )* ')' ( 'NOT' 'ENFORCED' )?"`
}

// CreateFunction is CREATE FUNCTION f(x FLOAT) RETURNS FLOAT LANGUAGE GO AS 'example.com/m.F'.
type CreateFunction struct {
	node
	OrReplace bool         `parser:"'CREATE' @( 'OR' 'REPLACE' )? 'FUNCTION'"`
	Name      *Ident       `parser:"@@"`
	Params    []*ColumnDef `parser:"'(' ( @@ ( ',' @@ )* )? ')'"`
	Returns   *Type        `parser:"'RETURNS' @@"`
	Language  *Ident       `parser:"'LANGUAGE' @@"`
	Symbol    *String      `parser:"'AS' @@"`
}

// Insert is INSERT INTO target [(columns)] query.
type Insert struct {
	node
	Target     *Target     `parser:"'INSERT' 'INTO' @@"`
	Columns    []*Ident    `parser:"( '(' @@ ( ',' @@ )* ')' )?"`
	Properties *Properties `parser:"@@?"`
	Query      *Query      `parser:"@@"`
}

// Target names where rows go: a stream, or a URI in quotes or bare.
type Target struct {
	node
	URI  string `parser:"  @( String | URI )"`
	Name *Name  `parser:"| @@"`
}

// Drop is DROP STREAM|TABLE|VIEW|FUNCTION [IF EXISTS] name.
type Drop struct {
	node
	Kind     string `parser:"'DROP' @( 'STREAM' | 'TABLE' | 'VIEW' | 'FUNCTION' )"`
	IfExists bool   `parser:"@( 'IF' 'EXISTS' )?"`
	Name     *Name  `parser:"@@"`
}

// Change is UPDATE, DELETE, MERGE, TRUNCATE or ALTER: statements that change what is there, of which a compiler of jobs has nothing. What
// they say is kept as it is written.
type Change struct {
	node
	// Verb is the first word, in upper case.
	Verb string  `parser:"@( 'UPDATE' | 'DELETE' | 'MERGE' | 'TRUNCATE' | 'ALTER' )"`
	Text []*Word `parser:"@@+"`
}

// Word is a token that is kept as it is written.
type Word struct {
	node
	Text string `parser:"@( Ident | QuotedIdent | Keyword | URI | String | Number | Duration | Punct )"`
}

// Job is a command about a running job. START and DEPLOY carry a statement;
// the others mean nothing to a compiler.
type Job struct {
	node
	// Verb is START, STOP, PAUSE, RESUME, DEPLOY or ROLLBACK.
	Verb    string  `parser:"@( 'START' | 'STOP' | 'PAUSE' | 'RESUME' | 'DEPLOY' | 'ROLLBACK' ) ( 'JOB' | 'QUERY' )"`
	Name    *Ident  `parser:"@@"`
	Force   bool    `parser:"@'FORCE'?"`
	Version *String `parser:"( 'VERSION' @@ )?"`
	// Statement is what START and DEPLOY start, or nil.
	Statement Runnable `parser:"( 'AS' @@ )?"`
	// Strategy is that of DEPLOY: BLUE_GREEN, CANARY, ROLLING, REPLACE or "".
	Strategy string `parser:"( 'STRATEGY' @( 'BLUE_GREEN' | 'CANARY' | 'ROLLING' | 'REPLACE' )"`
	Canary   string `parser:"  ( '(' @Number '%'? ')' )? )?"`
}

// Show is SHOW|LIST what [name] [LIKE 'pattern'].
type Show struct {
	node
	What    string  `parser:"( 'SHOW' | 'LIST' ) @( 'STREAMS' | 'TABLES' | 'TOPICS' | 'FUNCTIONS' | 'JOBS' | 'QUERIES' | 'STATUS' | 'METRICS' | 'VERSIONS' | 'SCHEMA' | 'PARTITIONS' | 'PROPERTIES' )"`
	Of      string  `parser:"( @( 'STREAM' | 'TABLE' )?"`
	Name    *Name   `parser:"  @@ )?"`
	Pattern *String `parser:"( 'LIKE'? @@ )?"`
}

// Describe is DESCRIBE name.
type Describe struct {
	node
	Name *Name `parser:"( 'DESCRIBE' | 'DESC' ) @@"`
}

// Explain is EXPLAIN statement.
type Explain struct {
	node
	Statement Runnable `parser:"'EXPLAIN' @@"`
}

// Set is SET 'key' = 'value', a property of the whole application.
type Set struct {
	node
	Property *Property `parser:"'SET' @@"`
}

// Runnable is a statement that can be explained or started: *Create, *Insert or *Query.
type Runnable interface {
	Body
	runnable()
}

func (*Create) runnable() {}
func (*Insert) runnable() {}
func (*Query) runnable()  {}

func (*Create) body()         {}
func (*CreateFunction) body() {}
func (*Insert) body()         {}
func (*Query) body()          {}
func (*Drop) body()           {}
func (*Change) body()         {}
func (*Job) body()            {}
func (*Show) body()           {}
func (*Describe) body()       {}
func (*Explain) body()        {}
func (*Set) body()            {}
