package fast

import (
	"errors"
	"math/big"
	"math/bits"
	"strings"
	"unsafe"
)

// Totals are the five aggregates of the benchmark queries over one group. NULLs are counted instead of
// values, so that a row without NULLs does not touch their counters. The sum of the prices has 128 bits:
// no number of rows overflows it.
type Totals struct {
	Rows                      int64
	PriceNulls, QuantityNulls int64
	Quantity                  int64
	priceLow                  uint64
	priceHigh                 int64
	MinPrice, MaxPrice        int64
}

// NewTotals is the state of a group before its first row.
var NewTotals = Totals{MinPrice: 1<<63 - 1, MaxPrice: -1 << 63}

// Add adds a row without NULLs. It returns false, and changes nothing, when SUM(quantity) overflows.
func (t *Totals) Add(price, quantity int64) bool {
	sum := t.Quantity + quantity
	if (sum^t.Quantity)&(sum^quantity) < 0 {
		return false
	}
	t.Quantity = sum
	t.Rows++
	low, carry := bits.Add64(t.priceLow, uint64(price), 0)
	t.priceLow = low
	t.priceHigh += price>>63 + int64(carry)
	t.MinPrice = min(t.MinPrice, price)
	t.MaxPrice = max(t.MaxPrice, price)
	return true
}

// AddNullable adds a row of the slow path.
func (t *Totals) AddNullable(row *Trade) bool {
	price, quantity := row.Null&Price == 0, row.Null&Quantity == 0
	if quantity {
		sum := t.Quantity + row.Quantity
		if (sum^t.Quantity)&(sum^row.Quantity) < 0 {
			return false
		}
		t.Quantity = sum
	} else {
		t.QuantityNulls++
	}
	t.Rows++
	if !price {
		t.PriceNulls++
		return true
	}
	low, carry := bits.Add64(t.priceLow, uint64(row.Price), 0)
	t.priceLow = low
	t.priceHigh += row.Price>>63 + int64(carry)
	t.MinPrice = min(t.MinPrice, row.Price)
	t.MaxPrice = max(t.MaxPrice, row.Price)
	return true
}

// ErrSumOverflow is the error of a SUM(quantity) that leaves int64 when partial sums meet.
var ErrSumOverflow = errors.New("SUM(quantity) overflows INTEGER")

// Merge adds the rows of other.
func (t *Totals) Merge(other *Totals) error {
	sum := t.Quantity + other.Quantity
	if (sum^t.Quantity)&(sum^other.Quantity) < 0 {
		return ErrSumOverflow
	}
	t.Quantity = sum
	t.Rows += other.Rows
	t.PriceNulls += other.PriceNulls
	t.QuantityNulls += other.QuantityNulls
	low, carry := bits.Add64(t.priceLow, other.priceLow, 0)
	t.priceLow = low
	t.priceHigh += other.priceHigh + int64(carry)
	t.MinPrice = min(t.MinPrice, other.MinPrice)
	t.MaxPrice = max(t.MaxPrice, other.MaxPrice)
	return nil
}

// average returns AVG(price) as a multiple of 10^-8, rounded half away from zero; false when int64 does
// not hold it. There must be a price.
func (t *Totals) average() (int64, bool) {
	high, low := uint64(t.priceHigh), t.priceLow
	negative := t.priceHigh < 0
	if negative {
		var borrow uint64
		low, borrow = bits.Sub64(0, low, 0)
		high, _ = bits.Sub64(0, high, borrow)
	}
	count := uint64(t.Rows - t.PriceNulls)
	top, scaled := bits.Mul64(low, 10000)
	more, high := bits.Mul64(high, 10000)
	top, carry := bits.Add64(top, high, 0)
	if more+carry != 0 || top >= count {
		return 0, false
	}
	quotient, rest := bits.Div64(top, scaled, count)
	if rest >= count-rest {
		quotient++
	}
	if quotient >= 1<<63 {
		return 0, false
	}
	if negative {
		return -int64(quotient), true
	}
	return int64(quotient), true
}

// appendBigAverage is average for prices beyond 92 thousand million.
func (t *Totals) appendBigAverage(out []byte) []byte {
	sum := new(big.Int).Lsh(big.NewInt(t.priceHigh), 64)
	sum.Add(sum, new(big.Int).SetUint64(t.priceLow))
	count := big.NewInt(t.Rows - t.PriceNulls)
	sum.Mul(sum, big.NewInt(2*10000))
	sum.Add(sum, new(big.Int).Mul(count, big.NewInt(int64(sum.Sign()))))
	sum.Quo(sum, count.Mul(count, big.NewInt(2)))
	return AppendBig(out, sum, 8)
}

// AppendBig appends v/10^scale with all its decimals.
func AppendBig(out []byte, v *big.Int, scale int) []byte {
	if v.Sign() < 0 {
		out = append(out, '-')
	}
	digits := new(big.Int).Abs(v).Text(10)
	if short := scale + 1 - len(digits); short > 0 {
		digits = strings.Repeat("0", short) + digits
	}
	out = append(out, digits[:len(digits)-scale]...)
	out = append(out, '.')
	return append(out, digits[len(digits)-scale:]...)
}

const totalsNames = `,"trades":,"volume":,"avg_price":,"min_price":,"max_price":`

// MaxTotals is the most that [Totals.Put] writes, slack included.
const MaxTotals = len(totalsNames) + 5*24 + 8

// Put writes the five columns, each with a comma in front.
func (t *Totals) Put(o P, at uintptr) uintptr {
	at = Lit(o, at, `,"trades":`)
	at = PutUint(o, at, uint64(t.Rows))
	at = Lit(o, at, `,"volume":`)
	if t.QuantityNulls == t.Rows {
		at = Lit(o, at, "null")
	} else {
		at = PutInt(o, at, t.Quantity)
	}
	at = Lit(o, at, `,"avg_price":`)
	if t.PriceNulls == t.Rows {
		at = Lit(o, at, `null`)
		at = Lit(o, at, `,"min_price":`)
		at = Lit(o, at, `null`)
		at = Lit(o, at, `,"max_price":`)
		return Lit(o, at, `null`)
	}
	at = t.PutAverage(o, at)
	at = Lit(o, at, `,"min_price":`)
	at = PutDec4(o, at, t.MinPrice)
	at = Lit(o, at, `,"max_price":`)
	return PutDec4(o, at, t.MaxPrice)
}

// PutAverage writes AVG(price).
func (t *Totals) PutAverage(o P, at uintptr) uintptr {
	if t.PriceNulls == t.Rows {
		return Lit(o, at, "null")
	}
	if average, ok := t.average(); ok {
		return PutDec8(o, at, average)
	}
	return at + uintptr(len(t.appendBigAverage(unsafe.Slice((*byte)(unsafe.Add(o, at)), 40)[:0])))
}
