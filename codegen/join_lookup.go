package codegen

func (j *joining) lookup() meeting { panic("bug: lookup") }
