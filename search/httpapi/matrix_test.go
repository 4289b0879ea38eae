package httpapi

import (
	"testing"

	"rostrum/search"
)

func TestAMatrixAsATable(t *testing.T) {
	m := &search.Matrix{
		Rows:  []search.Head{{ID: "fd", Name: "Freedonia, of \"the isles\"", Count: 3}, {ID: "x", Name: `=HYPERLINK("http://evil.example")`, Count: 1}},
		Cols:  []search.Head{{ID: "a", Name: "Safeguards"}, {ID: "b", Name: "+cmd"}},
		Cells: [][]int{{2, 1}, {0, 1}},
	}
	want := "\ufeffid,name,Safeguards,\"'+cmd\",all\r\nfd,\"Freedonia, of \"\"the isles\"\"\",2,1,3\r\nx,\"'=HYPERLINK(\"\"http://evil.example\"\")\",0,1,1\r\n"
	if got := string(matrixTable(m, true)); got != want {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
}
