package sqlfn

import (
	"math/big"
	"time"

	"github.com/velostream/veloc/runtime/decimal"
)

// What functions of users take and give.

// DayOf is the day of a moment, in its own zone, counted from 1970-01-01.
func DayOf(t time.Time) int64 {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// TimeOfDay is the time that has gone since midnight; after a day it begins anew.
func TimeOfDay(d time.Duration) int64 {
	const day = 24 * time.Hour
	return int64((d%day + day) % day)
}

// Rat is a DECIMAL as a fraction.
func Rat(x decimal.Int128, scale int) *big.Rat {
	n := new(big.Int).Lsh(big.NewInt(x.Hi), 64)
	n.Add(n, new(big.Int).SetUint64(x.Lo))
	return new(big.Rat).SetFrac(n, pow10(scale))
}

// FromRat is the DECIMAL nearest to a fraction, halves away from zero.
func FromRat(r *big.Rat, precision, scale int) (decimal.Int128, error) {
	if r == nil {
		return decimal.Int128{}, Error("the function gave nil for a DECIMAL")
	}
	n := new(big.Int).Mul(r.Num(), pow10(scale))
	n.Lsh(n.Abs(n), 1).Add(n, r.Denom()) // 2n + d over 2d, cut, is n over d, rounded
	n.Quo(n, new(big.Int).Lsh(r.Denom(), 1))
	if n.Cmp(pow10(precision)) >= 0 {
		return decimal.Int128{}, Error("the function gave " + r.FloatString(scale) + ", which has too many digits for DECIMAL(" + formatInt(int64(precision)) + "," + formatInt(int64(scale)) + ")")
	}
	low := new(big.Int).And(n, new(big.Int).SetUint64(1<<64-1)).Uint64()
	x := decimal.Int128{Hi: n.Rsh(n, 64).Int64(), Lo: low}
	if r.Sign() < 0 {
		x = x.Neg()
	}
	return x, nil
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// Pointer is x as functions of the user's take what can be NULL.
func Pointer[T any](x T, valid bool) *T {
	if !valid {
		return nil
	}
	return &x
}

// OrNil is p, or nil for NULL.
func OrNil[T any](p *T, valid bool) *T {
	if !valid {
		return nil
	}
	return p
}
