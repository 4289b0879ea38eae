package configs

import (
	"fmt"
	"maps"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// decoder fills structs from one document and notes everything that does not fit. A value that does not fit leaves its field as it was.
type decoder struct {
	file     string // as shown
	problems *Problems
	secrets  secretReader
}

// spot is where a value is being put: the Place that collects positions, the field below it, and the whole path in the file.
type spot struct {
	place *Place // never nil
	field string
	path  string
}

func (s spot) key(name string) spot {
	return spot{s.place, strings.TrimPrefix(s.field+"."+name, "."), strings.TrimPrefix(s.path+"."+name, ".")}
}

// index is an entry of a list; label is its id, or its number from 0, and stands in what a user reads.
func (s spot) index(i int, label string) spot {
	return spot{s.place, fmt.Sprintf("%s[%d]", s.field, i), s.path + "[" + label + "]"}
}

func (d *decoder) at(node ast.Node) Position { return Position{d.file, lineOf(node)} }

func (d *decoder) problem(node ast.Node, at spot, what, remedy string) {
	d.problems.add(d.at(node), at.path, scalarText(node), what, remedy)
}

// decode fills target, a pointer to a struct, from the top node of a document; nil is an empty document.
func (d *decoder) decode(top ast.Node, target any) {
	dst := reflect.ValueOf(target).Elem()
	begin := Position{File: d.file, Line: 1}
	at := d.open(dst, begin, spot{place: &Place{spots: map[string]Position{}}})
	if top == nil || top.Type() == ast.NullType {
		d.missing(dst, begin, at, nil)
		return
	}
	d.structure(top, dst, at)
}

// open starts the Place of a struct that has one; what is put into the others has its positions with the struct around them.
func (d *decoder) open(dst reflect.Value, begin Position, at spot) spot {
	own := dst.FieldByName("At")
	if !own.IsValid() {
		return at
	}
	place := own.Addr().Interface().(*Place)
	*place = Place{Position: begin, Path: at.path, spots: map[string]Position{}}
	return spot{place: place, path: at.path}
}

// structure fills a struct from a mapping, refuses keys that it does not have, and misses those that it requires.
func (d *decoder) structure(node ast.Node, dst reflect.Value, at spot) {
	entries, ok := d.entries(node, at)
	if !ok {
		return
	}
	fields, seen := fieldsOf(dst.Type()), map[string]bool{}
	meant := map[string]bool{} // by keys that are not known
	for _, e := range entries {
		field, file := fields.find(e.key)
		switch {
		case field == nil:
			d.problems.add(e.at, at.key(e.key).path, "", "is not a known key", suggest(e.key, fields.keys()))
			meant[nearest(e.key, fields.keys())] = true
			continue
		case seen[field.key]:
			d.problems.add(e.at, at.key(e.key).path, "", "is given a second time", "keep one of the two")
			continue
		case e.value == nil:
			continue
		}
		seen[field.key] = true
		under := at.key(field.key)
		under.place.spots[under.field] = e.at
		if file {
			d.secretFile(e.value, dst.Field(field.index), field.tag, under)
			continue
		}
		d.value(e.value, dst.Field(field.index), field.tag, under)
	}
	maps.Copy(seen, meant)
	d.missing(dst, d.at(node), at, seen)
}

// missing reports the required fields of a struct that no key was seen for.
func (d *decoder) missing(dst reflect.Value, begin Position, at spot, seen map[string]bool) {
	for _, field := range fieldsOf(dst.Type()) {
		if field.rule("required") && !seen[field.key] && dst.Field(field.index).IsZero() {
			d.problems.add(begin, at.key(field.key).path, "", "is missing", "add "+field.key+": …")
		}
	}
}

type entry struct {
	key   string
	at    Position
	value ast.Node // nil when nothing stands after the colon
}

// entries gives the entries of a mapping in their order.
func (d *decoder) entries(node ast.Node, at spot) ([]entry, bool) {
	m, ok := node.(ast.MapNode)
	if !ok {
		d.problem(node, at, "must be a mapping, but is "+shape(node), "write KEY: VALUE lines")
		return nil, false
	}
	var entries []entry
	for it := m.MapRange(); it.Next(); {
		value := it.Value()
		if value != nil && value.Type() == ast.NullType {
			value = nil
		}
		entries = append(entries, entry{keyText(it.Key()), d.at(it.Key()), value})
	}
	return entries, true
}

// value fills a field of any type that fields have.
func (d *decoder) value(node ast.Node, dst reflect.Value, tag reflect.StructTag, at spot) {
	_, scalar := node.(ast.ScalarNode)
	switch {
	case dst.Type() == queryType && scalar:
		text := reflect.New(dst.Type().Elem()).Elem()
		d.scalar(node, text, tag, at)
		dst.Set(reflect.ValueOf(Query{"": text.String()}))
	case isScalar(dst.Type()):
		d.scalar(node, dst, tag, at)
	case dst.Kind() == reflect.Struct:
		d.structure(node, dst, d.open(dst, d.at(node), at))
	case dst.Kind() == reflect.Slice:
		d.list(node, dst, tag, at)
	default:
		d.table(node, dst, tag, at)
	}
}

// scalar fills a single value, in the way of its type and within its rules.
func (d *decoder) scalar(node ast.Node, dst reflect.Value, tag reflect.StructTag, at spot) {
	if _, ok := node.(ast.ScalarNode); !ok {
		d.problem(node, at, "must be one value, but is "+shape(node), "write "+example(dst.Type()))
		return
	}
	if m := setScalar(dst, tag, scalarText(node)); m != nil {
		value := scalarText(node)
		if dst.Type() == secretType {
			value = ""
		}
		d.problems.add(d.at(node), at.path, value, m.what, m.remedy)
	}
}

// list fills a slice; its entries are structs or words, and each obeys the rules of the field.
func (d *decoder) list(node ast.Node, dst reflect.Value, tag reflect.StructTag, at spot) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		d.problem(node, at, "must be a list, but is "+shape(node), "write [ONE, TWO], or a line with a hyphen for each")
		return
	}
	for i, value := range sequence.Values {
		under := at.index(i, strconv.Itoa(i))
		if id := idOf(value); id != "" {
			under = at.index(i, id)
		}
		if blank(value) {
			d.problem(node, under, "is an empty entry", "remove the hyphen or write a value")
			continue
		}
		element := reflect.New(dst.Type().Elem()).Elem()
		setDefaults(element)
		under.field = fmt.Sprintf("%s[%d]", at.field, dst.Len())
		under.place.spots[under.field] = d.at(value)
		d.value(value, element, tag, under)
		dst.Set(reflect.Append(dst, element))
	}
}

// table fills a map of words.
func (d *decoder) table(node ast.Node, dst reflect.Value, tag reflect.StructTag, at spot) {
	entries, ok := d.entries(node, at)
	if !ok {
		return
	}
	dst.Set(reflect.MakeMap(dst.Type()))
	for _, e := range entries {
		under := at.key(e.key)
		key := reflect.ValueOf(e.key)
		if dst.MapIndex(key).IsValid() {
			d.problems.add(e.at, under.path, "", "is given a second time", "keep one of the two")
			continue
		}
		if m := checkKey(tag, e.key); m != nil {
			d.problems.add(e.at, under.path, e.key, m.what, m.remedy)
		}
		if e.value == nil {
			d.problems.add(e.at, under.path, "", "has no value", "write one after the colon, or remove the line")
			continue
		}
		under.place.spots[under.field] = e.at
		word := reflect.New(dst.Type().Elem()).Elem()
		d.scalar(e.value, word, tag, under)
		dst.SetMapIndex(key, word)
	}
	if len(entries) == 0 && hasRule(tag, "required") {
		d.problem(node, at, "is empty", "write one entry at least")
	}
}
