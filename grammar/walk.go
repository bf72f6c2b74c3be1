package grammar

import (
	"reflect"
	"sync"
)

// Walk calls visit for n and, while visit returns true, for the nodes below it,
// in source order of the fields. Annotations are not part of the walk.
func Walk(n Node, visit func(Node) bool) {
	if n == nil {
		return
	}
	v := reflect.ValueOf(n)
	if v.IsNil() || !visit(n) {
		return
	}
	for _, i := range childFields(v.Type().Elem()) {
		f := v.Elem().Field(i)
		if f.Kind() != reflect.Slice {
			walkField(f, visit)
			continue
		}
		for j := range f.Len() {
			walkField(f.Index(j), visit)
		}
	}
}

func walkField(f reflect.Value, visit func(Node) bool) {
	if !f.IsNil() {
		Walk(f.Interface().(Node), visit)
	}
}

var (
	nodeType      = reflect.TypeFor[Node]()
	childFieldsOf sync.Map // reflect.Type → []int
)

// childFields lists the fields of a node type that the parser fills with nodes:
// those with a grammar tag and, for expressions, which have none, all of them.
// Fields that repeat what a tagged field holds ([Create.Columns]) are left out,
// so that a walk meets each node once.
func childFields(t reflect.Type) []int {
	if known, ok := childFieldsOf.Load(t); ok {
		return known.([]int)
	}
	tagged := false
	for i := range t.NumField() {
		tagged = tagged || t.Field(i).Tag.Get("parser") != ""
	}
	fields := []int{}
	for i := range t.NumField() {
		f := t.Field(i)
		elem := f.Type
		if elem.Kind() == reflect.Slice {
			elem = elem.Elem()
		}
		if f.IsExported() && elem.Implements(nodeType) && elem != reflect.TypeFor[*Annotation]() &&
			(!tagged || f.Tag.Get("parser") != "") {
			fields = append(fields, i)
		}
	}
	childFieldsOf.Store(t, fields)
	return fields
}
