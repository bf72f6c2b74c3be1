package codegen

func (j *joining) updating() meeting { panic("bug: updating") }
