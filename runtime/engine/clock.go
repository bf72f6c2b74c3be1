package engine

import (
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// SystemClock is the real time.
func SystemClock() rt.Clock { return systemClock{} }

type systemClock struct{}

func (systemClock) Now() int64 { return time.Now().UnixNano() }

func (systemClock) NewTimer(d time.Duration) rt.Timer { return systemTimer{time.NewTimer(d)} }

type systemTimer struct{ *time.Timer }

func (t systemTimer) C() <-chan time.Time { return t.Timer.C }
