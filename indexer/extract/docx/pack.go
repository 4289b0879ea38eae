package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"golang.org/x/text/encoding/unicode"

	"rostrum/internal/fault"
)

// pack is the zip and its parts by name.
type pack struct {
	files    map[string]*zip.File
	main     string // the name of the document's part
	o        *Options
	inflated int64
}

// entryMark begins the record of an entry in a zip's directory.
var entryMark = []byte("PK\x01\x02")

// open opens the zip. The entries are counted before the library reads them, since it makes a record for each.
func open(body []byte, o *Options) (*pack, error) {
	if n := bytes.Count(body, entryMark); n > o.MaxEntries {
		return nil, poison(fmt.Sprintf("the DOCX has %d files within, more than the %d that are read", n, o.MaxEntries))
	}
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, &fault.Error{Kind: fault.Poison, What: "the DOCX is broken: it is no whole zip", Position: -1, Err: err}
	}
	p := &pack{files: make(map[string]*zip.File, len(z.File)), o: o}
	for _, f := range z.File {
		name := partName(f.Name)
		if _, again := p.files[name]; !again {
			p.files[name] = f
		}
	}
	p.main = p.mainPart()
	if p.files[p.main] == nil {
		return nil, poison("the DOCX is broken: it has no document within")
	}
	return p, nil
}

// partName makes names comparable: some writers have backslashes, or a slash at the beginning, or other cases.
func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(s, `\`, "/"), "/"))
}

// relationship is one line of a .rels part.
type relationship struct {
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr"`
}

// related gives the parts that another part names with a relation of this kind, in order. A .rels part that can't be read names none.
func (p *pack) related(of, kind string) []string {
	dir, file := path.Split(of)
	b, err := p.part(dir + "_rels/" + file + ".rels")
	if err != nil {
		return nil
	}
	var rels struct {
		All []relationship `xml:"Relationship"`
	}
	if err := xml.NewDecoder(bytes.NewReader(b)).Decode(&rels); err != nil {
		return nil
	}
	var out []string
	for _, r := range rels.All {
		if r.Mode != "External" && strings.HasSuffix(r.Type, "/"+kind) {
			target := partName(r.Target)
			if !strings.HasPrefix(r.Target, "/") {
				target = partName(path.Join(dir, r.Target))
			}
			out = append(out, target)
		}
	}
	return out
}

func (p *pack) mainPart() string {
	for _, name := range p.related("", "officeDocument") {
		if p.files[name] != nil {
			return name
		}
	}
	return "word/document.xml"
}

// errNone is the error for a part that is not there.
var errNone = errors.New("no such part")

// ratioFrom is the size from which a part's growth is looked at: less does no harm.
const ratioFrom = 4 << 20

// part inflates a part as UTF-8, within the bounds of the whole document.
func (p *pack) part(name string) ([]byte, error) {
	f := p.files[name]
	if f == nil {
		return nil, errNone
	}
	if f.Flags&1 != 0 {
		return nil, poison("the DOCX is encrypted: it opens with a password alone")
	}
	in, err := f.Open()
	if err != nil {
		return nil, broken(name, err)
	}
	defer in.Close()
	limit := p.o.MaxInflated - p.inflated
	if grown := int64(f.CompressedSize64) * p.o.MaxRatio; f.CompressedSize64 < 1<<40 {
		limit = min(limit, max(grown, ratioFrom))
	}
	b, err := io.ReadAll(io.LimitReader(in, limit+1))
	p.inflated += int64(len(b))
	switch {
	case int64(len(b)) > limit:
		return nil, poison(fmt.Sprintf("the DOCX is a bomb: %s inflates to more than %d bytes", name, limit))
	case err != nil:
		return nil, broken(name, err)
	}
	return utf8Of(b)
}

// utf8Of turns a part in UTF-16 into UTF-8.
func utf8Of(b []byte) ([]byte, error) {
	if !bytes.HasPrefix(b, []byte("\xff\xfe")) && !bytes.HasPrefix(b, []byte("\xfe\xff")) {
		return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), nil
	}
	return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(b)
}

func broken(name string, err error) error {
	return &fault.Error{Kind: fault.Poison, What: "the DOCX is broken: " + name + " can't be read", Position: -1, Err: err}
}
