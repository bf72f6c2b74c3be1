package sqlfn

import "time"

// OptionalTime is the result of a user's function that may have none, as nanoseconds since 1970.
func OptionalTime(t time.Time, ok bool) (int64, bool) { return t.UnixNano(), ok }

// FailingTime is the result of a user's function that may fail, as nanoseconds since 1970.
func FailingTime(t time.Time, err error) (int64, error) { return t.UnixNano(), err }
