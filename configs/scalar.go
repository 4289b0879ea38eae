package configs

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Size is a number of bytes.
type Size int64

var sizeUnits = []struct {
	name  string
	bytes int64
}{{"TB", 1 << 40}, {"GB", 1 << 30}, {"MB", 1 << 20}, {"KB", 1 << 10}, {"B", 1}}

// String is the shortest form that ParseSize reads back: "8MB".
func (s Size) String() string {
	for _, u := range sizeUnits {
		if s != 0 && int64(s)%u.bytes == 0 {
			return strconv.FormatInt(int64(s)/u.bytes, 10) + u.name
		}
	}
	return "0B"
}

// ParseSize reads a whole number of bytes with a unit: B, KB, MB, GB or TB, each 1,024 times the one before.
func ParseSize(text string) (Size, error) {
	for _, u := range sizeUnits {
		digits, ok := strings.CutSuffix(text, u.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n < 0 || n > math.MaxInt64/u.bytes {
			break
		}
		return Size(n * u.bytes), nil
	}
	return 0, fmt.Errorf("parse size %q: not a whole number with a unit", text)
}

// ParseDuration reads what time.ParseDuration reads, and whole days (30d) and weeks (2w).
func ParseDuration(text string) (time.Duration, error) {
	for suffix, unit := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		digits, ok := strings.CutSuffix(text, suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil || n < 0 || n > math.MaxInt64/int64(unit) {
			return 0, fmt.Errorf("parse duration %q: not a whole number of days or weeks", text)
		}
		return time.Duration(n) * unit, nil
	}
	return time.ParseDuration(text)
}

// misfit is why a value is refused, and what to write instead.
type misfit struct{ what, remedy string }

func misfitf(remedy, format string, args ...any) *misfit {
	return &misfit{fmt.Sprintf(format, args...), remedy}
}

// setScalar reads text into dst by its type and checks it against the rules of the tag. On a misfit dst stays as it was.
func setScalar(dst reflect.Value, tag reflect.StructTag, text string) *misfit {
	switch dst.Type() {
	case durationType:
		return setOrdered(dst, tag, text, ParseDuration)
	case sizeType:
		return setOrdered(dst, tag, text, ParseSize)
	case dayType:
		day, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return misfitf("write "+example(dst.Type()), "%q is not a day", shorten(text))
		}
		dst.Set(reflect.ValueOf(day))
		return nil
	case secretType:
		if m := checkWord(tag, text); m != nil {
			return m
		}
		dst.Set(reflect.ValueOf(NewSecret(text)))
		return nil
	}
	switch dst.Kind() {
	case reflect.Bool:
		if text != "true" && text != "false" {
			return misfitf("write "+example(dst.Type()), "%q is neither true nor false", shorten(text))
		}
		dst.SetBool(text == "true")
		return nil
	case reflect.Int:
		return setOrdered(dst, tag, text, strconv.Atoi)
	}
	if m := checkWord(tag, text); m != nil {
		return m
	}
	dst.SetString(text)
	return nil
}

// setOrdered reads a value that has bounds, or is one of few.
func setOrdered[T ~int | ~int64](dst reflect.Value, tag reflect.StructTag, text string, parse func(string) (T, error)) *misfit {
	value, err := parse(text)
	if err != nil {
		return misfitf("write "+example(dst.Type()), "%q is not %s", shorten(text), article(dst.Type()))
	}
	low, lowErr := parse(tag.Get("min"))
	high, highErr := parse(tag.Get("max"))
	if lowErr == nil && value < low || highErr == nil && value > high {
		return misfitf(fmt.Sprintf("choose between %s and %s", tag.Get("min"), tag.Get("max")), "%s is out of bounds", shorten(text))
	}
	if few := tag.Get("oneof"); few != "" && !slices.Contains(strings.Split(few, "|"), text) {
		return misfitf("write "+strings.ReplaceAll(few, "|", " or "), "%s is not one of its values", shorten(text))
	}
	dst.SetInt(int64(value))
	return nil
}

// article names a type in a sentence.
func article(t reflect.Type) string {
	switch t {
	case durationType:
		return "a duration"
	case sizeType:
		return "a size"
	}
	return "a whole number"
}

// example shows how a value of a type is written.
func example(t reflect.Type) string {
	switch {
	case t == durationType:
		return "a number with a unit, such as 500ms, 10s, 5m, 1h or 7d"
	case t == sizeType:
		return "a whole number with a unit, such as 512KB, 8MB or 4GB"
	case t == dayType:
		return "YEAR-MONTH-DAY, such as 2024-12-24"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int:
		return "a whole number, such as 8"
	}
	return "it on one line, in quotation marks where it has signs such as : # [ {"
}
