package export

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"rostrum/internal/fault"
)

// maxManifest bounds a manifest, in bytes.
const maxManifest = 64 << 20

// Verified is a file that is what its manifest says.
type Verified struct {
	Manifest Manifest
	Rows     int  // as counted
	Counted  bool // false for a format whose rows are not counted
}

// Verify checks the file at path against its manifest, which stands beside it: bytes, SHA-256, columns and rows. It gives a fault.NotFound
// where there is no manifest, and a fault.Invalid for a file that is not what it says.
func Verify(path string) (Verified, error) {
	var v Verified
	body, err := readSome(path + ManifestSuffix)
	if err != nil {
		return v, &fault.Error{Kind: fault.NotFound, What: "there is no manifest " + path + ManifestSuffix, Remedy: "keep it beside the file, under its name with " + ManifestSuffix, Position: -1, Err: err}
	}
	if err := json.Unmarshal(body, &v.Manifest); err != nil || len(v.Manifest.Resources) != 1 {
		return v, changed("the manifest of "+path+" is none of an export", "ask for the export again")
	}
	f, err := os.Open(path)
	if err != nil {
		return v, fault.Newf(fault.NotFound, "open export: %w", err)
	}
	defer f.Close()
	res := &v.Manifest.Resources[0]
	hash := sha256.New()
	n, err := io.Copy(hash, f)
	if err != nil {
		return v, fmt.Errorf("read export: %w", err)
	}
	switch sum := "sha256:" + hex.EncodeToString(hash.Sum(nil)); {
	case n != res.Bytes:
		return v, changed(fmt.Sprintf("%s has %d bytes, and its manifest says %d", filepath.Base(path), n, res.Bytes), "it was changed or cut off: run the command of the manifest again")
	case sum != res.Hash:
		return v, changed(filepath.Base(path)+" is not what was exported: its SHA-256 is "+sum, "it was changed: run the command of the manifest again")
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return v, fmt.Errorf("read export: %w", err)
	}
	v.Rows, v.Counted, err = rowsOf(f, res)
	if err != nil {
		return v, changed(fmt.Sprintf("%s can't be read as %s: %v", filepath.Base(path), res.Format, err), "")
	}
	if v.Counted && v.Rows != v.Manifest.Rostrum.Rows {
		return v, changed(fmt.Sprintf("%s has %d rows, and its manifest says %d", filepath.Base(path), v.Rows, v.Manifest.Rostrum.Rows), "")
	}
	return v, nil
}

func changed(what, remedy string) error { return fault.New(fault.Invalid, what, remedy) }

func readSome(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxManifest))
}

// rowsOf counts a table's rows, and checks that it has the columns of its manifest.
func rowsOf(f *os.File, res *Resource) (rows int, counted bool, err error) {
	if res.Format == parquetFormat {
		rows, err = parquetRowsOf(f, res)
		return rows, true, err
	}
	var r io.Reader = f
	switch res.Compression {
	case "gz":
		if r, err = gzip.NewReader(f); err != nil {
			return 0, false, err
		}
	case "zst":
		z, err := zstd.NewReader(f)
		if err != nil {
			return 0, false, err
		}
		defer z.Close()
		r = z
	}
	switch res.Format {
	case "jsonl":
		rows, err = lines(r)
		return rows, true, err
	case csvFormat:
		rows, err = recordsOf(r, res)
		return rows, true, err
	}
	return 0, false, nil
}

func lines(r io.Reader) (int, error) {
	n, buf := 0, make([]byte, 64<<10)
	for {
		read, err := r.Read(buf)
		n += bytes.Count(buf[:read], []byte{'\n'})
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

func recordsOf(r io.Reader, res *Resource) (int, error) {
	buffered := bufio.NewReader(r)
	if mark, err := buffered.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = buffered.Discard(3) // they are there
	}
	table := csv.NewReader(buffered)
	table.ReuseRecord = true
	heads, err := table.Read()
	if err != nil {
		return 0, err
	}
	if err := sameColumns(heads, res); err != nil {
		return 0, err
	}
	for n := 0; ; n++ {
		if _, err := table.Read(); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil {
			return n, err
		}
	}
}

func parquetRowsOf(f *os.File, res *Resource) (int, error) {
	file, err := parquet.OpenFile(f, res.Bytes)
	if err != nil {
		return 0, err
	}
	var heads []string
	for _, c := range file.Root().Columns() {
		heads = append(heads, c.Name())
	}
	return int(file.NumRows()), sameColumns(heads, res)
}

func sameColumns(heads []string, res *Resource) error {
	if res.Schema == nil {
		return nil
	}
	var told []string
	for _, f := range res.Schema.Fields {
		told = append(told, f.Name)
	}
	if !slices.Equal(heads, told) {
		return fmt.Errorf("its columns are %s, and its manifest says %s", strings.Join(heads, ", "), strings.Join(told, ", "))
	}
	return nil
}
