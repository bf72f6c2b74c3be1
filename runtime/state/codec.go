package state

// Codec writes and reads values of a table's key or value type, as snapshots and deltas hold them. Both functions are generated.
type Codec[T any] struct {
	// Append appends the encoding of v to dst.
	Append func(dst []byte, v *T) []byte
	// Decode sets v from the encoding at the beginning of src and returns what follows it. It copies what it keeps, never panics, and does
	// not allocate more than src can account for.
	Decode func(src []byte, v *T) (rest []byte, err error)
}
