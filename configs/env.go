package configs

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

const envPrefix = "ROSTRUM_"

// ownVariables are variables of the program that are no settings.
var ownVariables = []string{"ROSTRUM_SERVER", "ROSTRUM_TOKEN", "ROSTRUM_SHARED_DATA", "ROSTRUM_CONFIG"}

// setting is one value of rostrum.yaml.
type setting struct {
	path  string // fetch.max_body
	index []int  // in Settings
	tag   reflect.StructTag
	typ   reflect.Type
}

// variable is the name of the setting in the environment: ROSTRUM_FETCH_MAX_BODY.
func (s setting) variable() string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(s.path, ".", "_"))
}

// settings lists every setting, in the order of the file.
func settings() []setting { return settingsOf(reflect.TypeFor[Settings](), "", nil) }

func settingsOf(t reflect.Type, prefix string, index []int) []setting {
	var all []setting
	for _, f := range fieldsOf(t) {
		at := append(slices.Clone(index), f.index)
		if f.typ.Kind() == reflect.Struct && !isScalar(f.typ) {
			all = append(all, settingsOf(f.typ, prefix+f.key+".", at)...)
			continue
		}
		all = append(all, setting{prefix + f.key, at, f.tag, f.typ})
	}
	return all
}

// override puts the variables of env ("NAME=value", as os.Environ gives them) over the settings. An empty variable counts as not set,
// since that is what a compose file makes of one.
func (l *loader) override(s *Settings, env []string) {
	given := map[string]string{}
	for _, e := range env {
		if name, value, _ := strings.Cut(e, "="); strings.HasPrefix(name, envPrefix) && value != "" {
			given[name] = value
		}
	}
	var known []string
	for _, one := range settings() {
		name := one.variable()
		known = append(known, name)
		l.overrideOne(s, one, name, given[name])
		if one.typ == secretType {
			known = append(known, name+"_FILE")
			l.overrideSecret(s, one, name+"_FILE", given[name+"_FILE"], given[name] != "")
		}
	}
	l.unknownVariables(given, known)
}

func (l *loader) overrideOne(s *Settings, one setting, name, text string) {
	if text == "" {
		return
	}
	dst := reflect.ValueOf(s).Elem().FieldByIndex(one.index)
	s.At.replace(one.path, Position{File: name})
	switch dst.Kind() {
	case reflect.Slice:
		dst.SetZero()
		for word := range strings.SplitSeq(text, ",") {
			if word = strings.TrimSpace(word); word == "" {
				l.refuse(one, name, text, misfitf("write ONE,TWO", "%q has an empty entry", shorten(text)))
				continue
			}
			l.refuse(one, name, word, checkWord(one.tag, word))
			dst.Set(reflect.Append(dst, reflect.ValueOf(word)))
		}
	case reflect.Map:
		dst.Set(reflect.MakeMap(dst.Type()))
		for pair := range strings.SplitSeq(text, ",") {
			key, value, found := strings.Cut(strings.TrimSpace(pair), "=")
			if !found {
				l.refuse(one, name, pair, misfitf("write NAME=VALUE,NAME=VALUE", "%q has no =", shorten(pair)))
				continue
			}
			l.refuse(one, name, key, checkKey(one.tag, key))
			l.refuse(one, name, value, checkWord(one.tag, value))
			dst.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(value))
		}
	default:
		l.refuse(one, name, text, setScalar(dst, one.tag, text))
	}
}

// refuse reports a variable whose value does not fit; a nil misfit is none.
func (l *loader) refuse(one setting, name, value string, m *misfit) {
	if m == nil {
		return
	}
	if one.typ == secretType {
		value = ""
	}
	l.problems.add(Position{File: name}, one.path, value, m.what, m.remedy)
}

func (l *loader) overrideSecret(s *Settings, one setting, name, path string, both bool) {
	if path == "" {
		return
	}
	if both {
		l.refuse(one, name, "", misfitf("unset one of the two variables", "is given both as a value and as a file"))
		return
	}
	s.At.replace(one.path, Position{File: name})
	l.refuse(one, name, "", l.secrets.set(reflect.ValueOf(s).Elem().FieldByIndex(one.index), one.tag, path))
}

// unknownVariables refuses variables that look like settings: they begin like a section, or are a slip away from a setting. Others
// are left alone, since container runtimes make variables out of a service's name.
func (l *loader) unknownVariables(given map[string]string, known []string) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if slices.Contains(known, name) || slices.Contains(ownVariables, name) {
			continue
		}
		near := nearest(strings.TrimPrefix(name, envPrefix), trimAll(known))
		if !inSection(name) && (near == "" || distance([]rune(envPrefix+near), []rune(name), 3) > 2) {
			continue
		}
		remedy := "docs/configuration.md lists them all"
		if near != "" {
			remedy = "did you mean " + envPrefix + near + "?"
		}
		l.problems.add(Position{File: name}, "", "", "is not a setting", remedy)
	}
}

func trimAll(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = strings.TrimPrefix(name, envPrefix)
	}
	return out
}

// inSection says whether a variable begins with the name of a section of rostrum.yaml.
func inSection(name string) bool {
	for _, one := range settings() {
		if section, _, nested := strings.Cut(one.path, "."); nested && strings.HasPrefix(name, envPrefix+strings.ToUpper(section)+"_") {
			return true
		}
	}
	return false
}
