package engine

import (
	"encoding/json"
	"runtime"
	"sync"
)

// warmRows is how many rows a run reads before allocations are counted: maps have grown, buffers have their size.
const warmRows = 500_000

// Stats are measurements of a run, for benchmarks.
type Stats struct {
	// AllocsPerRow and BytesPerRow are heap allocations per row read, from when 500 000 rows had been read until the input ended;
	// negative if there were not twice as many.
	AllocsPerRow float64
	BytesPerRow  float64
	MaxRSS       int64 // peak of the process's resident memory, bytes; 0 where the system does not tell
	UserNs       int64 // processor time
	SystemNs     int64
}

// meters measures allocations between two points of a run.
type meters struct {
	on    bool
	mu    sync.Mutex
	first runtime.MemStats
	from  int64 // rows at the first reading; 0: not taken yet
	last  runtime.MemStats
	to    int64
}

// warm takes the first reading as soon as enough rows have been read.
func (m *meters) warm(rows int64) {
	if !m.on || rows < warmRows {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.from == 0 {
		m.from = rows
		runtime.ReadMemStats(&m.first)
	}
}

// stop takes the last reading.
func (m *meters) stop(rows int64) {
	if !m.on {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.to = rows
	runtime.ReadMemStats(&m.last)
}

func (m *meters) result(s *Summary) *Stats {
	if !m.on {
		return nil
	}
	out := &Stats{AllocsPerRow: -1, BytesPerRow: -1}
	if n := m.to - m.from; m.from > 0 && n >= warmRows {
		out.AllocsPerRow = float64(m.last.Mallocs-m.first.Mallocs) / float64(n)
		out.BytesPerRow = float64(m.last.TotalAlloc-m.first.TotalAlloc) / float64(n)
	}
	out.MaxRSS, out.UserNs, out.SystemNs = usage()
	return out
}

// line is the machine-readable form of a summary with its stats.
func (s *Summary) line() string {
	type optional *float64
	measured := func(f float64) optional {
		if f < 0 {
			return nil
		}
		return &f
	}
	b, err := json.Marshal(struct {
		RowsIn        int64    `json:"rows_in"`
		RowsOut       int64    `json:"rows_out"`
		Filtered      int64    `json:"filtered"`
		Rejected      int64    `json:"rejected"`
		Late          int64    `json:"late"`
		Bytes         int64    `json:"bytes_in"`
		ElapsedNs     int64    `json:"elapsed_ns"`
		RowsPerSecond float64  `json:"rows_per_second"`
		AllocsPerRow  optional `json:"allocs_per_row"`
		BytesPerRow   optional `json:"alloc_bytes_per_row"`
		MaxRSS        int64    `json:"max_rss_bytes"`
		UserNs        int64    `json:"user_ns"`
		SystemNs      int64    `json:"system_ns"`
	}{s.In, s.Out, s.Filtered, s.Rejected, s.Late, s.Bytes, s.Elapsed.Nanoseconds(), s.RowsPerSecond(),
		measured(s.Stats.AllocsPerRow), measured(s.Stats.BytesPerRow), s.Stats.MaxRSS, s.Stats.UserNs, s.Stats.SystemNs})
	if err != nil {
		panic("bug: " + err.Error())
	}
	return "stats: " + string(b)
}
