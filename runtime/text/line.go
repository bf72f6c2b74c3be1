package text

// Line is the line of text at c, without its end, "\n" or "\r\n", and the place behind that. The line is a view.
func Line(c Cursor) (line string, next Cursor) {
	p := c
	for m := uint64(0); ; p = p.Add(8) {
		if m = Equal(p.Word(0), 0x0a0a0a0a0a0a0a0a); m != 0 {
			p = p.Add(First(m))
			break
		}
	}
	n := p.Since(c)
	if n > 0 && c.Byte(n-1) == '\r' {
		n--
	}
	return c.View(n), p.Add(1)
}
