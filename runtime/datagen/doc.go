// Package datagen makes rows up: a source that needs no data, for examples, tests and load.
//
// In: columns with types and hints. Out: JSON lines or CSV. A row is a function of the seed and its number (and, for random walks, of
// the rows before it), so the same seed makes the same rows for any number of workers, and at any rate. Only times that
// hints place relative to "now" differ between runs.
//
// Hints of a column, as GenColumn.Hints has them. The key "" holds text as in an annotation: a head (enum […], range […], timestamp, uuid)
// and settings "key: value", separated by commas. Other keys hold one setting each:
//
//	enum          values to choose from: "A", "B"
//	weights       how often each is chosen, relative to the others: 0.7, 0.3
//	range         lowest and highest value: 1, 100
//	min, max      replace one end of the range
//	distribution  uniform (default), normal, log_normal, zipf or random_walk, within the range
//	mean, std_dev normal (default: middle, sixth of the range); log_normal: of the logarithm (default: middle, 0.5)
//	exponent      zipf: 1.1; low values are the frequent ones
//	volatility    random_walk: standard deviation of a step relative to the value, 0.01
//	drift         random_walk: mean of a step relative to the value, 0
//	group_by      random_walk: one walk per value of this column
//	sequential    times: true spreads them evenly from time_start to time_end
//	time_start    times: RFC 3339, a date, now, or a distance from now such as -1h; default 2024-01-01T00:00:00Z
//	time_end      the same; default: a row every 1/rate seconds, or every 100 ms
//	uuid          text: true makes a UUID
//	derived       an arithmetic expression of other columns: price * random(0.998, 0.9999)
//
// Forbidden here: global random numbers, the wall clock.
package datagen
