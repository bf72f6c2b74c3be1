// Package zone holds the SQL functions that need time zones. They have a package of their own, which carries the database of the world's time
// zones, so that only jobs that use them link it, and need none on the machine that they run on.
//
// In: TIMESTAMPs, nanoseconds since 1970 in UTC, and zones, loaded once when the program starts. Out: TIMESTAMPs. What a clock on the wall shows in a
// zone is a TIMESTAMP too: the one at which a clock in UTC would show the same.
//
// Forbidden here: the zone of the machine, allocation per call.
package zone
