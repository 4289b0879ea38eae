package blevestore

import (
	"encoding/binary"
	"strconv"
	"time"

	index "github.com/blevesearch/bleve_index_api"

	"rostrum/indexer"
	"rostrum/internal/statement"
	"rostrum/search/analysis"
)

// document is what bleve indexes: an id and fields.
type document struct {
	id     string
	fields []*field
	bytes  uint64
}

func (d *document) ID() string                                 { return d.id }
func (d *document) Size() int                                  { return int(d.bytes) }
func (d *document) HasComposite() bool                         { return false }
func (d *document) VisitComposite(index.CompositeFieldVisitor) {}
func (d *document) NumPlainTextBytes() uint64                  { return d.bytes }
func (d *document) StoredFieldsBytes() uint64                  { return d.bytes }
func (d *document) Indexed() bool                              { return true }

func (d *document) VisitFields(visit index.FieldVisitor) {
	for _, f := range d.fields {
		visit(f)
	}
}

// AddIDField adds the field by which bleve finds and replaces the document. It is idempotent.
func (d *document) AddIDField() {
	if len(d.fields) > 0 && d.fields[0].name == "_id" {
		return
	}
	id := keywordField("_id", d.id)
	id.options |= index.StoreField
	id.stored = []byte(d.id)
	d.fields = append([]*field{id}, d.fields...)
}

// statementDocument builds the document of a statement.
func statementDocument(d indexer.Document) (*document, error) {
	s := d.Statement
	stored, err := storedStatement(d)
	if err != nil {
		return nil, err
	}
	doc := &document{id: s.ID, fields: stored}
	for _, f := range stored {
		doc.bytes += uint64(len(f.stored))
	}
	doc.addWords(d)
	doc.addActors(s)
	flags := []string{flagStatement}
	if d.Copies == nil || !d.Copies.Other {
		flags = append(flags, flagLead)
	}
	doc.keyword(fieldFlag, flags...)
	doc.keyword(fieldGroup, s.Group)
	doc.keyword(fieldTopic, s.Topics...)
	doc.keyword(fieldProcess, s.Process...)
	doc.keyword(fieldSource, s.Source)
	doc.keyword(fieldLang, s.Language)
	doc.keyword(fieldKind, s.Kind)
	polarities := make([]string, 0, len(s.Cues))
	for _, c := range s.Cues {
		polarities = append(polarities, c.Polarity)
	}
	doc.keyword(fieldCue, polarities...)
	doc.keyword(fieldMonth, s.Time().UTC().Format("2006-01"))
	doc.keyword(fieldTime, string(timeTerm(s.Time())))
	return doc, copiesFields(doc, s, d.Copies)
}

func (d *document) addWords(doc indexer.Document) {
	title, text, language := doc.Words.Title, doc.Words.Text, stemLanguage(doc.Words.Language)
	d.fields = append(d.fields,
		wordsField(fieldWords, title, text),
		wordsField(fieldTitleWords, title, nil),
		wordsField(fieldURLWords, analysis.URLTokens(doc.Statement.URL), nil),
		startsField(fieldStarts, title, text),
		stemsField(fieldStems, language, title, text),
		stemsField(fieldTitleStems, language, title, nil),
		keywordField(fieldLength, strconv.Itoa(max(1, titleWeight*len(title)+len(text)))))
}

func (d *document) addActors(s *statement.Statement) {
	for field, values := range actorValues(s) {
		d.keyword(field, values...)
	}
}

// actorValues gives the actors of a statement by the fields that find them, some more than once.
func actorValues(s *statement.Statement) map[string][]string {
	values := map[string][]string{}
	for _, a := range s.Actors {
		values[fieldRole] = append(values[fieldRole], string(a.Role))
		if a.Role.Speaks() {
			values[fieldSpeaker] = append(values[fieldSpeaker], a.ID)
		}
		switch a.Role {
		case statement.Issuer:
			values[fieldIssuer] = append(values[fieldIssuer], a.ID)
		case statement.Signatory:
			values[fieldSignatory] = append(values[fieldSignatory], a.ID)
		case statement.Quoted:
			values[fieldQuoted] = append(values[fieldQuoted], a.ID)
		}
		if a.Role.Named() {
			values[fieldMentions] = append(values[fieldMentions], a.ID)
		}
	}
	return values
}

func (d *document) keyword(name string, values ...string) {
	if len(values) > 0 {
		d.fields = append(d.fields, keywordField(name, values...))
	}
}

// revisionID orders the revisions of a statement by capture time.
func revisionID(r *statement.Revision) string {
	return r.Statement + "@" + r.CapturedAt.UTC().Format("20060102T150405.000000000") + "+" + r.Capture
}

// revisionDocument builds the document of a revision. No query finds it: it has no flag.
func revisionDocument(r *statement.Revision) (*document, error) {
	stored, err := storedRevision(r)
	if err != nil {
		return nil, err
	}
	doc := &document{id: revisionID(r), fields: stored, bytes: uint64(len(r.Text))}
	doc.keyword(fieldRevision, r.Statement)
	return doc, nil
}

// The moments that a time in nanoseconds can hold; others are moved to the nearest.
var (
	earliest = time.Unix(0, -1<<63)
	latest   = time.Unix(0, 1<<63-1)
)

func nanoseconds(t time.Time) int64 {
	switch {
	case t.Before(earliest):
		return -1 << 63
	case t.After(latest):
		return 1<<63 - 1
	}
	return t.UnixNano()
}

// timeTerm writes a moment so that terms sort as moments do.
func timeTerm(t time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(nanoseconds(t))^(1<<63))
}

func termTime(term string) int64 {
	if len(term) != 8 {
		return 0
	}
	return int64(binary.BigEndian.Uint64([]byte(term)) ^ (1 << 63))
}
