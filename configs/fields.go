package configs

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// Query is a topic's query by language: code → text; the key "" stands for every language.
type Query map[string]string

// String joins the queries of all languages into one.
func (q Query) String() string {
	if text, ok := q[""]; ok {
		return text
	}
	var parts []string
	for _, language := range sortedKeys(q) {
		parts = append(parts, "(lang:"+language+" ("+q[language]+"))")
	}
	return strings.Join(parts, " OR ")
}

var (
	queryType    = reflect.TypeFor[Query]()
	secretType   = reflect.TypeFor[Secret]()
	sizeType     = reflect.TypeFor[Size]()
	dayType      = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
)

// isScalar says whether a field of this type is one value in a file.
func isScalar(t reflect.Type) bool {
	if t == secretType || t == dayType {
		return true
	}
	return t.Kind() != reflect.Struct && t.Kind() != reflect.Slice && t.Kind() != reflect.Map
}

// field is a key of a file and the struct field behind it.
type field struct {
	key   string
	index int
	typ   reflect.Type
	tag   reflect.StructTag
}

type fieldList []field

// fieldsOf lists the keys of a struct in their order.
func fieldsOf(t reflect.Type) fieldList {
	var fields fieldList
	for i := range t.NumField() {
		f := t.Field(i)
		if key := f.Tag.Get("yaml"); key != "" && key != "-" {
			fields = append(fields, field{key, i, f.Type, f.Tag})
		}
	}
	return fields
}

// find gives the field of a key, and whether the key is the _file form of a secret; nil when there is none.
func (l fieldList) find(key string) (f *field, file bool) {
	owner, file := strings.CutSuffix(key, "_file")
	for i := range l {
		switch {
		case l[i].key == key:
			return &l[i], false
		case file && l[i].key == owner && l[i].typ == secretType:
			return &l[i], true
		}
	}
	return nil, false
}

func (l fieldList) keys() []string {
	var keys []string
	for _, f := range l {
		keys = append(keys, f.key)
		if f.typ == secretType {
			keys = append(keys, f.key+"_file")
		}
	}
	return keys
}

// rule says whether the field's check tag names a rule.
func (f field) rule(name string) bool { return hasRule(f.tag, name) }

func hasRule(tag reflect.StructTag, name string) bool {
	return slices.Contains(strings.Split(tag.Get("check"), ","), name)
}

// setDefaults puts the default of each field of a struct into it, in the structs below it as well. A default that does not parse is a
// mistake in a tag, and the tests find it.
func setDefaults(dst reflect.Value) {
	if isScalar(dst.Type()) || dst.Kind() != reflect.Struct {
		return
	}
	for _, f := range fieldsOf(dst.Type()) {
		if text, ok := f.tag.Lookup("default"); ok {
			setScalar(dst.Field(f.index), f.tag, text)
		}
		setDefaults(dst.Field(f.index))
	}
}
