package connector

import (
	"fmt"
	"net/url"
	"path"
	"sort"
	"strings"
)

// URI is a source or sink that a statement gives by its address: file://data/x.csv, kafka://host:9092/topic.
type URI struct {
	Scheme string
	Name   string            // a name for the relation: the file's base name without suffixes, or the topic
	Props  map[string]string // the properties that the address stands for
}

// ParseURI reads an address. Text without "://" is not one: ok is false.
func ParseURI(text string) (u URI, ok bool, err error) {
	scheme, rest, found := strings.Cut(text, "://")
	if !found {
		return URI{}, false, nil
	}
	u = URI{Scheme: strings.ToLower(scheme), Props: map[string]string{}}
	rest, query, _ := strings.Cut(rest, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		return u, true, fmt.Errorf("the part after `?` is not key=value pairs: %w", err)
	}
	keys := make([]string, 0, len(values))
	for k := range values {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		u.Props[k] = values.Get(k)
	}
	return u, true, u.address(rest)
}

func (u *URI) address(rest string) error {
	switch u.Scheme {
	case "file":
		if rest == "" {
			return fmt.Errorf("the address names no file")
		}
		u.Props["path"] = rest
		u.Name = relationName(rest)
	case "kafka":
		host, topic, found := strings.Cut(rest, "/")
		if !found { // kafka://topic
			host, topic = "", host
		}
		if topic == "" || strings.Contains(topic, "/") {
			return fmt.Errorf("the address names no topic: write kafka://host:9092/topic")
		}
		if host != "" {
			u.Props["bootstrap.servers"] = host
		}
		u.Props["topic"], u.Name = topic, relationName(topic)
	default: // datagen://, stdout://, blackhole://
		u.Name = relationName(rest)
		if u.Name == "" {
			u.Name = u.Scheme
		}
	}
	return nil
}

// relationName makes a name out of an address: the last part up to its first dot, with other characters turned into "_".
func relationName(address string) string {
	base := path.Base(strings.ReplaceAll(address, `\`, "/"))
	if base == "." || base == "/" || base == "-" {
		return map[bool]string{true: "stdin"}[base == "-"]
	}
	base, _, _ = strings.Cut(strings.TrimLeft(base, "."), ".")
	clean := func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}
	return strings.Map(clean, base)
}
