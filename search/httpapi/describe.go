package httpapi

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// describeProblems says in the document what an error looks like: a problem of ours, where the framework would describe its own.
func describeProblems(doc *huma.OpenAPI) {
	schema := doc.Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op == nil {
				continue
			}
			if op.Responses["default"] == nil {
				op.Responses["default"] = &huma.Response{Description: "Error", Content: map[string]*huma.MediaType{}}
			}
			op.Responses["default"].Content = map[string]*huma.MediaType{"application/problem+json": {Schema: schema}}
		}
	}
	schemas := doc.Components.Schemas.Map()
	delete(schemas, "ErrorModel")
	delete(schemas, "ErrorDetail")
}
