package fast

// The nine columns of a trade, in the order in which the fast paths expect their keys. Each Is function
// compares the text between two values with one or two overlapping loads; the Len constant is its length.

const (
	LenOrderID   = 13 // {"order_id":"
	LenSymbol    = 12 // ","symbol":"
	LenSide      = 10 // ","side":"
	LenPrice     = 10 // ","price":
	LenQuantity  = 12 // ,"quantity":
	LenVenue     = 10 // ,"venue":"
	LenTraderID  = 15 // ","trader_id":"
	LenEventTime = 15 // ","event_time":
	LenFlags     = 9  // ,"flags":
)

// IsOrderID reports whether `{"order_id":"` is at i.
func IsOrderID(p P, i uintptr) bool {
	return Load(p, i) == 0x5f726564726f227b && Load(p, i+5) == 0x223a2264695f7265
}

// IsSymbol reports whether `","symbol":"` is at i.
func IsSymbol(p P, i uintptr) bool {
	return Load(p, i) == 0x6f626d7973222c22 && Load4(p, i+8) == 0x223a226c
}

// IsSide reports whether `","side":"` is at i.
func IsSide(p P, i uintptr) bool {
	return Load(p, i) == 0x2265646973222c22 && Load4(p, i+6) == 0x223a2265
}

// IsPrice reports whether `","price":` is at i.
func IsPrice(p P, i uintptr) bool {
	return Load(p, i) == 0x6563697270222c22 && Load4(p, i+6) == 0x3a226563
}

// IsQuantity reports whether `,"quantity":` is at i.
func IsQuantity(p P, i uintptr) bool {
	return Load(p, i) == 0x69746e617571222c && Load4(p, i+8) == 0x3a227974
}

// IsVenue reports whether `,"venue":"` is at i.
func IsVenue(p P, i uintptr) bool {
	return Load(p, i) == 0x2265756e6576222c && Load4(p, i+6) == 0x223a2265
}

// IsTraderID reports whether `","trader_id":"` is at i.
func IsTraderID(p P, i uintptr) bool {
	return Load(p, i) == 0x6564617274222c22 && Load(p, i+7) == 0x223a2264695f7265
}

// IsEventTime reports whether `","event_time":` is at i.
func IsEventTime(p P, i uintptr) bool {
	return Load(p, i) == 0x746e657665222c22 && Load(p, i+7) == 0x3a22656d69745f74
}

// IsFlags reports whether `,"flags":` is at i.
func IsFlags(p P, i uintptr) bool {
	return Load(p, i) == 0x227367616c66222c && Load4(p, i+5) == 0x3a227367
}

// The keys of a fill behind its order_id, in the order in which the fast path expects them.
const (
	LenFillPrice = 15 // ","fill_price":
	LenFilled    = 10 // ,"filled":
)

// IsFillPrice reports whether `","fill_price":` is at i.
func IsFillPrice(p P, i uintptr) bool {
	return Load(p, i) == 0x5f6c6c6966222c22 && Load(p, i+7) == 0x3a2265636972705f
}

// IsFilled reports whether `,"filled":` is at i.
func IsFilled(p P, i uintptr) bool {
	return Load(p, i) == 0x64656c6c6966222c && Load4(p, i+6) == 0x3a226465
}

// IsEnd reports whether the object and the line end at i; two bytes.
func IsEnd(p P, i uintptr) bool { return Byte(p, i) == '}' && Byte(p, i+1) == '\n' }
