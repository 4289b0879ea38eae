package export

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unsafe"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	parquetzstd "github.com/parquet-go/parquet-go/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	parquetfile "github.com/parquet-go/parquet-go/format"

	"rostrum/internal/statement"
)

const (
	parquetFormat = "parquet"
	parquetMagic  = "PAR1"
	// groupBytes and groupRows end a row group: a reader holds one at a time, and so does the writer.
	groupBytes = 8 << 20
	groupRows  = 100_000
	// firstBytes ends the first one, so that who waits for a stream gets something soon.
	firstBytes = 128 << 10
	// pendingRows is how many rows are gathered before the columns take them.
	pendingRows = 256
)

// parquetRows spells rows as Parquet. Each row group is written as a file of its own in memory, whose pages are then put into the
// stream: so that nothing but the list of groups is needed to go on from between two of them.
type parquetRows struct {
	columns []column
	schema  *parquet.Schema
	writer  *parquet.GenericWriter[any]
	buf     bytes.Buffer
	leaves  []leaf
	pending int // rows in leaves
	rows    int // in the group
	bytes   int // in the group, before any encoding
	err     error
	pages   *pageCodec // of all groups
	// unbounded leaves out the least and greatest value of columns of text: their order says nothing to a reader that looks for rows, and finding
	// them takes a tenth of the time.
	unbounded []parquet.WriterOption

	parquetMark
}

// leaf is a column as Parquet has it: a list of actors has three.
type leaf struct {
	column   *column
	of       func(a *statement.Actor) string // nil: the column is no list of actors
	values   []parquet.Value
	items    []string
	optional bool
}

func newParquet(l layout) encoder { return newTable(l, &parquetRows{}) }

// ordered is a group whose fields keep their order.
type ordered struct {
	parquet.Group
	names []string
}

func (o ordered) Fields() []parquet.Field {
	byName := map[string]parquet.Field{}
	for _, f := range o.Group.Fields() {
		byName[f.Name()] = f
	}
	fields := make([]parquet.Field, 0, len(o.names))
	for _, name := range o.names {
		fields = append(fields, byName[name])
	}
	return fields
}

// few are the columns of which many rows share a value.
var few = map[string]bool{"published_from": true, "language": true, "kind": true, "source": true, "role": true, "actor": true, "actor_name": true, "topic": true,
	"topic_name": true, "polarity": true, "speaker": true, "copy_source": true, "period": true, "signatory": true, "signatory_name": true, "copy_published_from": true}

func nodeOf(c *column) parquet.Node {
	label := parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	switch c.kind {
	case Integer:
		return parquet.Int(32)
	case Flag:
		return parquet.Leaf(parquet.BooleanType)
	case Moment:
		return parquet.Optional(parquet.Timestamp(parquet.Microsecond))
	case List:
		return parquet.List(label)
	case Cast:
		return parquet.List(ordered{parquet.Group{"id": label, "name": label, "role": label}, []string{"id", "name", "role"}})
	}
	if few[c.name] {
		return label
	}
	return parquet.String()
}

// prepare makes the writer of row groups.
func (p *parquetRows) prepare(columns []column) {
	root := ordered{Group: parquet.Group{}}
	p.columns, p.leaves, p.unbounded = columns, nil, nil
	for i := range columns {
		c := &columns[i]
		root.Group[c.name] = nodeOf(c)
		root.names = append(root.names, c.name)
		if c.kind == Cast {
			for _, of := range []func(a *statement.Actor) string{func(a *statement.Actor) string { return a.ID },
				func(a *statement.Actor) string { return a.Name }, func(a *statement.Actor) string { return string(a.Role) }} {
				p.leaves = append(p.leaves, leaf{column: c, of: of})
			}
			continue
		}
		p.leaves = append(p.leaves, leaf{column: c, optional: c.kind == Moment})
	}
	p.schema = parquet.NewSchema("row", root)
	for _, path := range p.schema.Columns() {
		if leaf, ok := p.schema.Lookup(path...); ok && leaf.Node.Type().Kind() == parquet.ByteArray {
			p.unbounded = append(p.unbounded, parquet.SkipPageBounds(path...))
		}
	}
	if p.pages, p.err = newPageCodec(); p.err != nil {
		return
	}
	p.fresh()
	p.Offset = int64(len(parquetMagic))
}

// pageCodec compresses pages. One serves all groups, and looks back no further than a page is long: a library's own has 8 MB of history, anew for
// each group. A page has the same bytes whatever came before it.
type pageCodec struct {
	parquetzstd.Codec
	encoder *zstd.Encoder
}

func newPageCodec() (*pageCodec, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(256<<10), zstd.WithZeroFrames(true), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, fmt.Errorf("make page codec: %w", err)
	}
	return &pageCodec{encoder: encoder}, nil
}

// Encode implements compress.Codec.
func (c *pageCodec) Encode(dst, src []byte) ([]byte, error) {
	return c.encoder.EncodeAll(src, dst[:0]), nil
}

// fresh makes the writer of a row group: one that is used again keeps something of the group before, and the bytes would depend on where
// an export was gone on with.
func (p *parquetRows) fresh() {
	p.buf.Reset()
	options := []parquet.WriterOption{p.schema, parquet.Compression(p.pages), parquet.CreatedBy("Rostrum", "1", "0"),
		parquet.ColumnIndexSizeLimit(func([]string) int { return 16 })}
	p.writer = parquet.NewGenericWriter[any](&p.buf, append(options, p.unbounded...)...)
}

func (p *parquetRows) head(dst []byte, columns []column) []byte {
	p.prepare(columns)
	return append(dst, parquetMagic...)
}

func (p *parquetRows) row(dst []byte, _ []column, r *row) []byte {
	if p.err != nil {
		return dst
	}
	for i := range p.leaves {
		p.bytes += p.leaves[i].add(i, r)
	}
	p.pending++
	p.rows++
	if p.pending == pendingRows {
		p.err = p.hand()
	}
	return dst
}

// add adds a row's cell and says about how many bytes it has.
func (l *leaf) add(at int, r *row) int {
	switch c := l.column; c.kind {
	case Integer:
		l.values = append(l.values, parquet.Int32Value(int32(min(c.integer(r), 1<<31-1))).Level(0, 0, at))
		return 4
	case Flag:
		l.values = append(l.values, parquet.BooleanValue(c.flag(r)).Level(0, 0, at))
		return 1
	case Moment:
		t := c.moment(r)
		if t == nil {
			l.values = append(l.values, parquet.NullValue().Level(0, 0, at))
			return 1
		}
		l.values = append(l.values, parquet.Int64Value(microseconds(*t)).Level(0, 1, at))
		return 8
	case List:
		l.items = c.list(l.items[:0], r)
	case Cast:
		l.items = l.items[:0]
		actors := c.cast(r)
		for i := range actors {
			l.items = append(l.items, l.of(&actors[i]))
		}
	case Text:
		s := c.text(r)
		l.values = append(l.values, textValue(s).Level(0, 0, at))
		return len(s) + 4
	}
	if len(l.items) == 0 {
		l.values = append(l.values, parquet.NullValue().Level(0, 0, at))
	}
	size := 2
	for i, item := range l.items {
		l.values = append(l.values, textValue(item).Level(min(i, 1), 1, at))
		size += len(item) / 2
	}
	return size
}

// textValue refers to the memory of s, which a statement's strings never change.
func textValue(s string) parquet.Value {
	return parquet.ByteArrayValue(unsafe.Slice(unsafe.StringData(s), len(s))) //nolint:gosec // read only, for as long as the string lives
}

func microseconds(t time.Time) int64 { return t.UnixMicro() }

// hand gives the rows gathered to the columns.
func (p *parquetRows) hand() error {
	writers := p.writer.ColumnWriters()
	for i := range p.leaves {
		l := &p.leaves[i]
		if _, err := writers[i].WriteRowValues(l.values); err != nil {
			return fmt.Errorf("encode column %s: %w", l.column.name, err)
		}
		clear(l.values)
		l.values = l.values[:0]
	}
	p.pending = 0
	return nil
}

// flush appends a row group that is full, and with end the footer.
func (p *parquetRows) flush(dst []byte, end bool) ([]byte, error) {
	enough := groupBytes
	if len(p.Groups) == 0 {
		enough = firstBytes
	}
	if p.err == nil && (p.bytes >= enough || p.rows >= groupRows || end && p.rows > 0) {
		dst, p.err = p.group(dst)
	}
	if p.err == nil && end {
		dst, p.err = p.footer(dst)
	}
	return dst, p.err
}

// group ends a row group and appends its pages.
func (p *parquetRows) group(dst []byte) ([]byte, error) {
	if err := p.hand(); err != nil {
		return dst, err
	}
	pages, made, err := p.alone()
	if err != nil {
		return dst, err
	}
	g := made.RowGroups[0]
	shift := p.Offset - int64(len(parquetMagic))
	g.Ordinal = int16(len(p.Groups))
	g.FileOffset += shift
	for i := range g.Columns {
		c := &g.Columns[i]
		c.OffsetIndexOffset, c.OffsetIndexLength, c.ColumnIndexOffset, c.ColumnIndexLength = 0, 0, 0, 0 // they stood behind the pages
		c.MetaData.DataPageOffset += shift
		if c.MetaData.DictionaryPageOffset > 0 {
			c.MetaData.DictionaryPageOffset += shift
		}
		if c.FileOffset > 0 {
			c.FileOffset += shift
		}
	}
	dst = append(dst, pages...)
	p.Offset += int64(len(pages))
	encoded, err := thrift.Marshal(new(thrift.CompactProtocol), &g)
	if err == nil && len(p.Groups) == 0 {
		made.RowGroups = nil
		p.File, err = thrift.Marshal(new(thrift.CompactProtocol), made)
	}
	if err != nil {
		return dst, fmt.Errorf("encode row group: %w", err)
	}
	p.Groups = append(p.Groups, encoded)
	p.rows, p.bytes = 0, 0
	p.fresh()
	return dst, nil
}

// alone ends the file that holds the present group alone, and gives its pages and its footer.
func (p *parquetRows) alone() (pages []byte, made *parquetfile.FileMetaData, err error) {
	if err := p.writer.Close(); err != nil {
		return nil, nil, fmt.Errorf("encode row group: %w", err)
	}
	file := p.buf.Bytes()
	tail := len(file) - len(parquetMagic) - 4
	if tail < 0 {
		return nil, nil, errors.New("encode row group: there is no footer")
	}
	start := tail - int(binary.LittleEndian.Uint32(file[tail:]))
	made = new(parquetfile.FileMetaData)
	if err := thrift.Unmarshal(new(thrift.CompactProtocol), file[start:tail], made); err != nil {
		return nil, nil, fmt.Errorf("read footer of row group: %w", err)
	}
	end := int64(len(parquetMagic))
	for i := range made.RowGroups {
		for j := range made.RowGroups[i].Columns {
			m := &made.RowGroups[i].Columns[j].MetaData
			first := m.DataPageOffset
			if m.DictionaryPageOffset > 0 {
				first = min(first, m.DictionaryPageOffset)
			}
			end = max(end, first+m.TotalCompressedSize)
		}
	}
	return file[len(parquetMagic):end], made, nil
}

func (p *parquetRows) footer(dst []byte) ([]byte, error) {
	file := new(parquetfile.FileMetaData)
	if len(p.Groups) == 0 {
		_, made, err := p.alone()
		if err != nil {
			return dst, err
		}
		file = made
	} else if err := thrift.Unmarshal(new(thrift.CompactProtocol), p.File, file); err != nil {
		return dst, fmt.Errorf("read footer: %w", err)
	}
	file.RowGroups, file.NumRows = make([]parquetfile.RowGroup, len(p.Groups)), 0
	for i, g := range p.Groups {
		if err := thrift.Unmarshal(new(thrift.CompactProtocol), g, &file.RowGroups[i]); err != nil {
			return dst, fmt.Errorf("read row group: %w", err)
		}
		file.NumRows += file.RowGroups[i].NumRows
	}
	body, err := thrift.Marshal(new(thrift.CompactProtocol), file)
	if err != nil {
		return dst, fmt.Errorf("encode footer: %w", err)
	}
	dst = append(dst, body...)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(body)))
	return append(dst, parquetMagic...), nil
}

// parquetMark is what is needed to go on between two row groups: what the footer says of them, each as it was first encoded.
type parquetMark struct {
	Offset int64    `json:"offset"` // in the stream
	File   []byte   `json:"file"`   // all but the groups
	Groups [][]byte `json:"groups"`
}

func (p *parquetRows) mark() ([]byte, bool) {
	if p.rows > 0 || len(p.Groups) == 0 {
		return nil, false
	}
	state, err := json.Marshal(&p.parquetMark)
	return state, err == nil
}

func (p *parquetRows) resume(state []byte) error {
	if err := json.Unmarshal(state, &p.parquetMark); err != nil {
		return fmt.Errorf("go on with parquet: %w", err)
	}
	return nil
}
