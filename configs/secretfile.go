package configs

import (
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// maxSecret bounds a secret's file, in bytes.
const maxSecret = 64 << 10

// secretReader reads the file of a secret.
type secretReader func(path string) ([]byte, error)

// set puts the content of a file, without the line break at its end, into a secret.
func (read secretReader) set(dst reflect.Value, tag reflect.StructTag, path string) *misfit {
	text, err := read(path)
	switch {
	case err != nil:
		return misfitf("check the path and its permissions", "the secret's file can't be read: %v", err)
	case len(text) > maxSecret:
		return misfitf("check the path", "the secret's file is larger than %v", Size(maxSecret))
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if secret == "" {
		return misfitf("write the secret into it, or remove the setting", "the secret's file is empty")
	}
	return setScalar(dst, tag, secret)
}

// secretFile fills a secret from the file that a _file key names.
func (d *decoder) secretFile(node ast.Node, dst reflect.Value, tag reflect.StructTag, at spot) {
	if m := d.secrets.set(dst, tag, scalarText(node)); m != nil {
		at.path += "_file"
		d.problem(node, at, m.what, m.remedy)
	}
}
