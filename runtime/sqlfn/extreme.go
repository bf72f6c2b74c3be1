package sqlfn

// Least keeps the smallest of the mantissas of a DECIMAL of up to 18 digits, and Greatest the greatest. Their zero values have seen none: a
// mantissa is kept as its distance from the bound that it cannot reach, so that more is better and nothing tells whether there was one.
type (
	Least    uint64
	Greatest uint64
)

// Add takes a mantissa into account.
func (m *Least) Add(v int64) {
	if far := Least(^v) ^ 1<<63; far > *m {
		*m = far
	}
}

// Add takes a mantissa into account.
func (m *Greatest) Add(v int64) {
	if far := Greatest(v) ^ 1<<63; far > *m {
		*m = far
	}
}

// Valid tells whether there was a mantissa.
func (m Least) Valid() bool { return m != 0 }

// Valid tells whether there was a mantissa.
func (m Greatest) Valid() bool { return m != 0 }

// V is the smallest mantissa; 0 if there was none, so that arithmetic on what is NULL anyway stays in range.
func (m Least) V() int64 {
	if m == 0 {
		return 0
	}
	return ^int64(m ^ 1<<63)
}

// V is the greatest mantissa; 0 if there was none.
func (m Greatest) V() int64 {
	if m == 0 {
		return 0
	}
	return int64(m ^ 1<<63)
}
