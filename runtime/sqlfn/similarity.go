package sqlfn

import "github.com/velostream/veloc/runtime/text"

// How alike two texts are. All count characters.

// shortText is how many characters a text can have before comparing it takes memory from the heap.
const shortText = 128

// runes appends the characters of s to buf.
func runes(buf []rune, s string) []rune {
	for _, r := range s {
		buf = append(buf, r)
	}
	return buf
}

// Levenshtein is the least number of characters to insert, delete or replace that make a into b (Wagner and Fischer, one row at a time).
func Levenshtein(a, b string) int64 {
	var ab, bb [shortText]rune
	x, y := runes(ab[:0], a), runes(bb[:0], b)
	var rb [shortText + 1]int32
	row := rb[:0]
	for j := range len(y) + 1 {
		row = append(row, int32(j))
	}
	for i, r := range x {
		diagonal := row[0]
		row[0] = int32(i + 1)
		for j, q := range y {
			cost := diagonal
			if r != q {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return int64(row[len(y)])
}

// DamerauLevenshtein is Levenshtein where swapping two neighbours counts as one change, also around later changes (Lowrance and Wagner).
func DamerauLevenshtein(a, b string) int64 {
	var ab, bb [shortText]rune
	x, y := runes(ab[:0], a), runes(bb[:0], b)
	n, m := len(x), len(y)
	width := m + 2
	far := int32(n + m)
	var small [(32 + 2) * (32 + 2)]int32
	d := small[:]
	if need := (n + 2) * width; need > len(small) {
		d = make([]int32, need)
	}
	at := func(i, j int) *int32 { return &d[(i+1)*width+j+1] }
	*at(-1, -1) = far
	for i := 0; i <= n; i++ {
		*at(i, -1), *at(i, 0) = far, int32(i)
	}
	for j := 0; j <= m; j++ {
		*at(-1, j), *at(0, j) = far, int32(j)
	}
	for i := 1; i <= n; i++ {
		lastMatch := 0 // the last column of this row in which the characters were the same
		for j := 1; j <= m; j++ {
			row := i - 1 // the last row before this one whose character is that of this column
			for row > 0 && x[row-1] != y[j-1] {
				row--
			}
			column, cost := lastMatch, int32(1)
			if x[i-1] == y[j-1] {
				cost, lastMatch = 0, j
			}
			swapped := *at(row-1, column-1) + int32(i-row-1) + 1 + int32(j-column-1)
			*at(i, j) = min(*at(i-1, j-1)+cost, *at(i, j-1)+1, *at(i-1, j)+1, swapped)
		}
	}
	return int64(*at(n, m))
}

// Hamming is the number of places at which two texts of one length differ.
func Hamming(a, b string) (int64, error) {
	if Length(a) != Length(b) {
		return 0, Error("HAMMING compares texts of one length, but these have " + formatInt(Length(a)) + " and " + formatInt(Length(b)) + " characters")
	}
	var bb [shortText]rune
	y := runes(bb[:0], b)
	n, i := int64(0), 0
	for _, r := range a {
		if r != y[i] {
			n++
		}
		i++
	}
	return n, nil
}

// Jaro is the similarity of Jaro: 1 for equal texts, 0 for texts without a character in common.
func Jaro(a, b string) float64 {
	var ab, bb [shortText]rune
	x, y := runes(ab[:0], a), runes(bb[:0], b)
	if len(x) == 0 && len(y) == 0 {
		return 1
	}
	var mb [2 * shortText]bool
	matched := mb[:]
	if len(x)+len(y) > len(matched) {
		matched = make([]bool, len(x)+len(y))
	}
	inX, inY := matched[:len(x)], matched[len(x):len(x)+len(y)]
	reach := max(max(len(x), len(y))/2-1, 0)
	common := 0.0
	for i, r := range x {
		for j := max(i-reach, 0); j < min(i+reach+1, len(y)); j++ {
			if !inY[j] && y[j] == r {
				inX[i], inY[j] = true, true
				common++
				break
			}
		}
	}
	if common == 0 {
		return 0
	}
	swapped, j := 0.0, 0
	for i, r := range x {
		if !inX[i] {
			continue
		}
		for !inY[j] {
			j++
		}
		if y[j] != r {
			swapped++
		}
		j++
	}
	return (common/float64(len(x)) + common/float64(len(y)) + (common-swapped/2)/common) / 3
}

// JaroWinkler is Jaro with a bonus for up to four equal characters at the start (Winkler): a tenth each of what is missing to 1, where Jaro is
// above 0.7.
func JaroWinkler(a, b string) float64 {
	s := Jaro(a, b)
	if s <= 0.7 {
		return s
	}
	var ab, bb [shortText]rune
	x, y := runes(ab[:0], a), runes(bb[:0], b)
	same := 0
	for same < min(4, len(x), len(y)) && x[same] == y[same] {
		same++
	}
	return s + float64(same)*0.1*(1-s)
}

// Jaccard is the number of different characters that both texts have, divided by the number that either has.
func Jaccard(a, b string) (float64, error) {
	if a == "" || b == "" {
		return 0, Error("JACCARD compares texts of at least one character")
	}
	var ab, bb [shortText]rune
	x, y := distinctRunes(ab[:0], a), distinctRunes(bb[:0], b)
	both := 0
	for _, r := range x {
		for _, q := range y {
			if r == q {
				both++
			}
		}
	}
	return float64(both) / float64(len(x)+len(y)-both), nil
}

func distinctRunes(buf []rune, s string) []rune {
next:
	for _, r := range s {
		for _, have := range buf {
			if have == r {
				continue next
			}
		}
		buf = append(buf, r)
	}
	return buf
}

// soundexCodes are the digits of the letters A to Z; '0' separates equal digits, '.' (H and W) does not.
const soundexCodes = "01230120022455012623010202"

// Soundex is the first letter of s and three digits for the sound of what follows (Russell; as in the American census). Texts without an ASCII
// letter have the empty code.
func Soundex(a *text.Arena, s string) string {
	b := a.Room(4)
	last := byte('0')
	for i := 0; i < len(s) && len(b) < 4; i++ {
		c := s[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			last = '0' // what is no letter separates like a vowel
			continue
		}
		code := soundexCodes[c-'A']
		switch {
		case len(b) == 0:
			b = append(b, c)
		case c == 'H' || c == 'W':
			continue
		case code != '0' && code != last:
			b = append(b, code)
		}
		last = code
	}
	for len(b) > 0 && len(b) < 4 {
		b = append(b, '0')
	}
	return a.Keep(b)
}
