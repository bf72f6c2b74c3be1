package codegen

// meeting is an operator with several inputs while it is being written.
type meeting struct{}
