package web

import (
	"fmt"
	"net/http"
	"slices"

	"rostrum/internal/fault"
	"rostrum/search/export"
)

// exportsPage is the form for a streaming export.
type exportsPage struct {
	Frame    frame
	Query    string
	Problem  *mistake
	InWords  string
	Estimate string
	Formats  []option
	Shapes   []shapeChoice
	Columns  []columnChoice // of the chosen shape, for formats that have columns
	BOM      bool
	Neutral  bool // spreadsheets run no cell as a formula: so by default for CSV
	Command  string
	Periods  []option // of a panel
	Panel    bool
	Copies   bool
	Keeps    bool // whether exports can be kept here
	Kept     []keptRow
	Going    bool  // some of them are being made
	Paged    paged // which of them are shown
	Repeats  []scheduleRow
	Places   []option // to which exports that repeat can be brought
	Repeat   repeatForm
}

// repeatForm is what was typed of a schedule.
type repeatForm struct {
	Weekly, Incremental bool
	At, Zone, Path      string
}

type shapeChoice struct {
	option
	About string
}

type columnChoice struct {
	Name, About string
	On          bool
}

// formatAbout says for whom a format is. One that is not here is shown by its name.
var formatAbout = map[string]string{"jsonl": "JSON, one object a line", "csv": "CSV, for spreadsheets", "parquet": "Parquet, for pandas, R and DuckDB", "markdown": "Markdown, to read", "ris": "RIS, for Zotero and EndNote", "bibtex": "BibTeX, for LaTeX", "csl-json": "CSL-JSON, for Zotero and pandoc", "warc": "WARC, the archived pages themselves"}

func (p *pages) exports(r *http.Request) (view, error) {
	form := r.URL.Query()
	d := exportsPage{Frame: p.frame(r, "Exports"), Query: form.Get("q"), BOM: form.Get("bom") != ""}
	formats := []option{}
	for _, name := range export.Formats() {
		formats = append(formats, option{Value: name, Name: cmpOr(formatAbout[name], name)})
	}
	format, shape := "", ""
	d.Formats, format = chosen(formats, cmpOr(form.Get("format"), "csv"))
	shapes := []option{}
	for _, s := range export.Shapes() {
		shapes = append(shapes, option{Value: s.Name, Name: s.Name})
	}
	shapes, shape = chosen(shapes, form.Get("shape"))
	for i, s := range export.Shapes() {
		d.Shapes = append(d.Shapes, shapeChoice{shapes[i], s.About})
		if s.Name == shape && (format == "csv" || format == "jsonl" || format == "parquet") {
			for _, c := range s.Columns {
				d.Columns = append(d.Columns, columnChoice{c.Name, c.About, c.Default})
			}
		}
	}
	d.Neutral = format == "csv" && (!form.Has("format") || form.Get("neutralize") != "")
	d.BOM = d.BOM && format == "csv"
	d.Panel, d.Copies = shape == "panel", form.Get("copies") == "all"
	periods := []option{}
	for _, name := range export.Periods() {
		periods = append(periods, option{Value: name, Name: name})
	}
	d.Periods, _ = chosen(periods, form.Get("period"))
	d.Keeps, d.Kept, d.Repeats, d.Places = p.Kept != nil, p.keptRows(r), p.scheduleRows(r), p.exportPlaces()
	for _, k := range d.Kept {
		d.Going = d.Going || k.Going
	}
	d.Paged = pageOf(r.URL, len(d.Kept), keptRowsShown, max(0, slices.IndexFunc(d.Kept, func(k keptRow) bool { return k.New })))
	d.Kept = d.Kept[d.Paged.From:d.Paged.To]
	d.Repeat = repeatForm{Weekly: form.Get("every") == "weekly", Incremental: form.Get("incremental") != "", At: cmpOr(form.Get("at"), export.DefaultClock), Zone: cmpOr(form.Get("zone"), "UTC"), Path: form.Get("path")}
	ask := askOf(form)
	ask.Format, ask.Shape, ask.BOM, ask.Neutralize = format, shape, d.BOM, d.Neutral
	d.Command = ask.Command("FILE")
	plan, err := p.Export.Plan(r.Context(), ask)
	switch kind := fault.KindOf(err); {
	case kind == fault.Query || err != nil && kind == fault.Invalid:
		d.Problem = p.describe(r.Context(), d.Query, err)
		d.Problem.Repairs = nil
		return view{template: "exports.html", status: kind.HTTPStatus(), data: d}, nil
	case err != nil:
		return view{}, err
	}
	if explained, err := p.Search.Explain(r.Context(), d.Query); err == nil {
		d.InWords = explained.InWords
	}
	found, err := plan.Estimate(r.Context())
	if err != nil {
		return view{}, err
	}
	about := "about "
	if found.Exact {
		about = ""
	}
	d.Estimate = fmt.Sprintf("%s, %s%s, %s%s.", plural(found.Statements, "statement", "statements"), about, plural(found.Rows, "row", "rows"), about, bytesWord(found.Bytes))
	return view{template: "exports.html", data: d}, nil
}

// bytesWord writes a size for a reader.
func bytesWord(n int64) string {
	switch {
	case n < 1000:
		return plural(int(n), "byte", "bytes")
	case n < 1000_000:
		return fmt.Sprintf("%.1f kB", float64(n)/1000)
	case n < 1000_000_000:
		return fmt.Sprintf("%.1f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.1f GB", float64(n)/1e9)
}
