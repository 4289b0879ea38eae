package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"rostrum/search"
	"rostrum/search/export"
)

type matrixInput struct {
	Query  string `query:"q" doc:"the query; empty is everything" maxLength:"1000000"`
	Rows   string `query:"rows" enum:"actor,topic" default:"actor"`
	Cols   string `query:"cols" enum:"topic,phase,actor" default:"topic"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"50" doc:"rows, and columns, that are given: the most frequent"`
	Format string `query:"format" enum:"json,csv" default:"json" doc:"csv: a table with the columns id, name, one for each column by its name, and all; no cell of it runs as a formula"`
	BOM    bool   `query:"bom" doc:"csv: begin with a byte order mark, for spreadsheets"`
}

// matrixOut is a matrix in the format that was asked for.
type matrixOut struct {
	ContentType string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Body        []byte
}

func (s *server) registerMatrix(api huma.API) {
	huma.Register(api, huma.Operation{
		OperationID: "get-api-v1-matrix", Method: http.MethodGet, Path: "/api/v1/matrix", Summary: "Count the groups that match by pairs",
		Responses: map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
			"application/json": {Schema: api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[search.Matrix](), true, "Matrix")},
			"text/csv":         {Schema: &huma.Schema{Type: huma.TypeString}},
		}}},
	}, s.showMatrix)
}

func (s *server) showMatrix(ctx context.Context, in *matrixInput) (*matrixOut, error) {
	found, err := s.Search.Matrix(ctx, search.MatrixAsk{Query: in.Query, Rows: in.Rows, Cols: in.Cols, Limit: in.Limit})
	if err != nil {
		return nil, problem(ctx, s.Log, err)
	}
	if in.Format == "csv" {
		return &matrixOut{ContentType: "text/csv; charset=utf-8", Disposition: `attachment; filename="` + in.Rows + "-by-" + in.Cols + `.csv"`, Body: matrixTable(&found, in.BOM)}, nil
	}
	body, err := json.Marshal(found)
	if err != nil {
		return nil, problem(ctx, s.Log, err)
	}
	return &matrixOut{ContentType: "application/json", Body: body}, nil
}

// matrixTable is a matrix as CSV (RFC 4180).
func matrixTable(m *search.Matrix, bom bool) []byte {
	var out []byte
	if bom {
		out = append(out, "\ufeff"...)
	}
	out = append(out, "id,name"...)
	for _, c := range m.Cols {
		out = export.AppendCell(append(out, ','), c.Name)
	}
	out = append(out, ",all\r\n"...)
	for i, row := range m.Rows {
		out = export.AppendCell(out, row.ID)
		out = export.AppendCell(append(out, ','), row.Name)
		for _, n := range m.Cells[i] {
			out = strconv.AppendInt(append(out, ','), int64(n), 10)
		}
		out = append(strconv.AppendInt(append(out, ','), int64(row.Count), 10), "\r\n"...)
	}
	return out
}
