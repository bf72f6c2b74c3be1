package datagen

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// settings are the hints that are single settings; see the package's documentation.
var settings = []string{"enum", "weights", "range", "distribution", "mean", "std_dev", "exponent", "volatility", "drift", "min", "max",
	"group_by", "sequential", "time_start", "time_end", "uuid", "derived"}

// hints are the settings of one column.
type hints map[string]string

// readHints takes the text under the key "" apart and adds the other keys.
func readHints(c *rt.GenColumn) (hints, error) {
	h := hints{}
	for _, part := range splitTop(c.Hints[""], ',') {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if err := h.part(part); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
	}
	for key, text := range c.Hints {
		switch {
		case key == "" || key == "type":
		case slices.Contains(settings, key):
			h[key] = text
		default:
			return nil, fmt.Errorf("column %s: there is no hint %q", c.Name, key)
		}
	}
	return h, nil
}

// part reads "enum [..]", "range [..]", "timestamp", "uuid" or "key: value".
func (h hints) part(text string) error {
	end := strings.IndexAny(text+" ", " [(:")
	word := strings.ToLower(text[:end])
	rest := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text[end:]), ":"))
	switch {
	case word == "timestamp" || word == "random":
		return nil
	case (word == "uuid" || word == "sequential") && rest == "":
		rest = "true"
	case !slices.Contains(settings, word):
		return fmt.Errorf("`%s` says nothing about values", text)
	case rest == "":
		return fmt.Errorf("`%s` has no value", word)
	}
	h[word] = rest
	return nil
}

// list reads a list, with or without brackets, of texts with or without quotes.
func (h hints) list(key string) []string {
	text := strings.TrimSpace(h[key])
	if len(text) > 1 && (text[0] == '[' || text[0] == '(') {
		text = text[1 : len(text)-1]
	}
	var out []string
	for _, s := range splitTop(text, ',') {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, unquote(s))
		}
	}
	return out
}

// unquote takes quotes off; between double quotes a backslash escapes as in Go and JSON.
func unquote(s string) string {
	if plain, err := strconv.Unquote(s); err == nil && s[0] == '"' {
		return plain
	}
	if len(s) > 1 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

func (h hints) text(key string) string { return unquote(strings.TrimSpace(h[key])) }

func (h hints) number(key string, def float64) (float64, error) {
	if h[key] == "" {
		return def, nil
	}
	f, err := strconv.ParseFloat(h.text(key), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, fmt.Errorf("`%s: %s` is not a number", key, h[key])
	}
	return f, nil
}

// splitTop splits at separators outside brackets and quotes.
func splitTop(s string, sep byte) []string {
	var out []string
	depth, quote, from := 0, byte(0), 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote == '"' && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[' || c == '(':
			depth++
		case c == ']' || c == ')':
			depth--
		case c == sep && depth == 0:
			out, from = append(out, s[from:i]), i+1
		}
	}
	return append(out, s[from:])
}

// moment reads a time: RFC 3339, a date, "now", or a distance from now such as -1h.
func moment(text string, now int64) (int64, error) {
	switch {
	case text == "now":
		return now, nil
	case strings.HasPrefix(text, "-") || strings.HasPrefix(text, "+"):
		d, err := rt.ParseDuration(text[1:])
		if err != nil {
			return 0, fmt.Errorf("time %q: %w", text, err)
		}
		if text[0] == '-' {
			d = -d
		}
		return now + int64(d), nil
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UnixNano(), nil
		}
	}
	return 0, fmt.Errorf("time %q: expected RFC 3339, a date, now, or a distance from now such as -1h", text)
}
