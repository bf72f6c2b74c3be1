package engine

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	rt "github.com/velostream/veloc/runtime"
)

// TableReport is a table that requests can look rows up in.
type TableReport struct {
	Table string   `json:"table"`
	Key   []string `json:"key"` // columns that identify a row
	Rows  int      `json:"rows"`
}

// table is the sink of a name that is a table; nil if there is none, with the names of those that are.
func (r *run) table(name string) (found rt.Table, names []string) {
	for _, s := range r.sinks {
		t, ok := s.to.(rt.Table)
		if !ok {
			continue
		}
		names = append(names, s.name)
		if s.name == name {
			found = t
		}
	}
	return found, names
}

// serveTables lists the tables.
func (c *Control) serveTables(w http.ResponseWriter, _ *http.Request) {
	r, err := c.running()
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	list := []TableReport{}
	_, names := r.table("")
	for _, name := range names {
		t, _ := r.table(name)
		list = append(list, TableReport{Table: name, Key: append([]string{}, t.Key()...), Rows: t.Rows()})
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(list)
}

// serveRow answers with a row: ?key=… for each column of the key, in their order.
func (c *Control) serveRow(w http.ResponseWriter, req *http.Request) {
	r, err := c.running()
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	name, key := req.PathValue("name"), req.URL.Query()["key"]
	t, names := r.table(name)
	switch {
	case t == nil && len(names) == 0:
		http.Error(w, "the job serves no table: a result is one with the sink type table_sink", http.StatusNotFound)
		return
	case t == nil:
		http.Error(w, fmt.Sprintf("the job serves no table %s; it serves %s", name, strings.Join(names, ", ")), http.StatusNotFound)
		return
	}
	row, found, err := t.Row(key)
	switch {
	case err != nil:
		http.Error(w, fmt.Sprintf("%v: ask for /tables/%s%s", err, name, keyForm(t.Key())), http.StatusBadRequest)
	case !found:
		http.Error(w, fmt.Sprintf("%s has no row with the key %s", name, strings.Join(key, ", ")), http.StatusNotFound)
	default:
		w.Header().Set("Content-Type", "application/json")
		w.Write(append(row, '\n'))
	}
}

// keyForm is how a request names a key.
func keyForm(columns []string) string {
	var parts []string
	for _, c := range columns {
		parts = append(parts, "key=<"+c+">")
	}
	if len(parts) == 0 {
		return ""
	}
	return "?" + strings.Join(parts, "&")
}
