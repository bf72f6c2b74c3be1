package diag

import (
	"strings"
	"unicode/utf8"
)

// Nearest returns the candidate that the writer of name most likely meant, or
// "" when none is close: at most one edit in three characters, where an edit
// inserts, deletes or replaces a character or swaps two neighbours. Case is
// ignored. Of equally close candidates the first wins.
func Nearest(name string, candidates []string) string {
	best, limit := "", max(1, utf8.RuneCountInString(name)/3)+1
	for _, c := range candidates {
		if d := editDistance(strings.ToLower(name), strings.ToLower(c)); d < limit {
			best, limit = c, d
		}
	}
	return best
}

// editDistance is the optimal string alignment distance (Damerau 1964, without
// repeated edits of one substring).
func editDistance(a, b string) int {
	s, t := []rune(a), []rune(b)
	prev, row, next := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(s); i++ {
		next[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				next[j] = min(next[j], prev[j-2]+1)
			}
		}
		prev, row, next = row, next, prev
	}
	return row[len(t)]
}
