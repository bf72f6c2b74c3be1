package text

// Code is the code of a value that could not be converted to its column's type: VR0103 where the type is too small for it, else VR0102.
func Code(err error) string {
	if _, ok := err.(interface{ OutOfRange() }); ok {
		return "VR0103"
	}
	return "VR0102"
}
