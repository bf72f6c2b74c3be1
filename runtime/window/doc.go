// Package window holds the state of windowed aggregations: rings of panes, each an array of accumulators by group id.
//
// In: group ids, event times, watermarks. Out: accumulators to add to, and closed windows in order of their start, groups in
// order of first appearance within the window. Single-threaded; workers' panes are merged in chunk order by the root.
//
// Forbidden here: clocks, SQL functions, connectors.
package window
