package sqlfn

import "testing"

// An extreme of no values is read before its validity is looked at: MAX(x) / 3 must not leave the range of x.
func TestExtremeOfNothingIsZero(t *testing.T) {
	var l Least
	var g Greatest
	if l.Valid() || g.Valid() || l.V() != 0 || g.V() != 0 {
		t.Errorf("no values: least %d, greatest %d", l.V(), g.V())
	}
	for _, v := range []int64{5, -7, 0} {
		l.Add(v)
		g.Add(v)
	}
	if l.V() != -7 || g.V() != 5 {
		t.Errorf("least %d, greatest %d; want -7 and 5", l.V(), g.V())
	}
}
