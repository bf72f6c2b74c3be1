package grammar

import (
	"fmt"
	"testing"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

func TestScratch(t *testing.T) {
	for _, sql := range []string{
		"SELECT a FORM t", "SELECT a, FROM t", "SELECT max(x) FROM (SELECT max(x) FROM q WHERE ) y",
		"CREATE STREAM s AS SELECT a, b AS c, COUNT(*) FROM t WHERE a > 5 AND b BETWEEN 1 AND 3 GROUP BY a WINDOW TUMBLING(ts, 5m) EMIT CHANGES WITH ('a' = 'b', x.y = 5)",
		"SELEC a",
		"SELECT a FROM t GROUP BY a WHERE x = 1",
	} {
		f, ds := Parse(source.New("x.sql", sql))
		fmt.Println(len(f.Statements), diag.Text(ds))
	}
}
