package types

// GoValue says in which Go type functions of the user's take or give values of a type.
type GoValue struct {
	Type    Type
	Pointer bool // it can be NULL, which is nil
	// Package and Name are the Go type of a STRUCT.
	Package, Name string
	// Parts are the element of an ARRAY, the key and the value of a MAP, and the fields of a STRUCT in its order.
	Parts []GoValue
	Field string // of a STRUCT, that the part is in Go
}

// Plain tells whether the program holds values in that Go type, so that nothing has to be converted.
func (v GoValue) Plain() bool {
	switch v.Type.Kind {
	case Boolean, Integer, Float, String:
		return !v.Pointer
	case Array:
		return !v.Pointer && v.Parts[0].Plain()
	}
	return false
}

// HasDecimal tells whether a DECIMAL is part of the value: one that Go gives may have too many digits.
func (v GoValue) HasDecimal() bool {
	for _, p := range v.Parts {
		if p.HasDecimal() {
			return true
		}
	}
	return v.Type.Kind == Decimal
}
