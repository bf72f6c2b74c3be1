package kafka

import rt "github.com/velostream/veloc/runtime"

var (
	_ rt.Source     = (*Source)(nil)
	_ rt.Bounded    = (*Source)(nil)
	_ rt.Sink       = (*Sink)(nil)
	_ rt.Ledger     = (*GroupLedger)(nil)
	_ rt.Pending    = (*GroupLedger)(nil)
	_ rt.DeadLetter = (*DeadLetters)(nil)
)
