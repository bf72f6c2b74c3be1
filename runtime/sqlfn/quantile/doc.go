// Package quantile finds percentiles in bounded memory: the state of APPROX_PERCENTILE.
//
// In: numbers. Out: percentiles, off by at most one per cent of their own value. They depend on nothing but the numbers: not on their order, and not on how
// they were divided among workers, because the sketch (DDSketch; Masson, Rim, Lee 2019) counts in buckets, and counts add up.
//
// Forbidden here: randomness, and any knowledge of SQL types.
package quantile
