package export

// AppendCell appends a cell of CSV, quoted where that is needed, with ' before what a spreadsheet could run as a formula.
func AppendCell(dst []byte, s string) []byte { return appendCell(dst, s, true) }
