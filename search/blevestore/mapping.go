package blevestore

import (
	"github.com/blevesearch/bleve/v2/analysis/analyzer/keyword"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"

	"rostrum/search/query"
)

// MappingVersion is the version of the fields below. An index of another version is not read: it is rebuilt from the archive.
const MappingVersion = 3

// The fields of the index. Words are indexed twice: as written with their positions, for phrases and prefixes, and as stems under
// their language with a frequency in which a word of the title weighs titleWeight, for bare words and for the score.
const (
	fieldWords      = "words"       // title and text as written; title positions are below textBase
	fieldTitleWords = "title.words" // the title alone
	fieldURLWords   = "url.words"   // words of the URL
	fieldStems      = "stems"       // language:stem of title and text
	fieldTitleStems = "title.stems"
	fieldStarts     = "starts" // the first two and the first three letters of each word of title and text, for short prefixes

	fieldSpeaker   = "actor" // speaks in any role
	fieldIssuer    = "issuer"
	fieldSignatory = "signatory"
	fieldQuoted    = "quoted"
	fieldMentions  = "mentions"
	fieldTopic     = "topic"
	fieldProcess   = "process"
	fieldSource    = "source"
	fieldLang      = "lang"
	fieldKind      = "kind"
	fieldCue       = "cue" // polarity
	fieldRole      = "role"
	fieldMonth     = "month"
	fieldGroup     = "group"

	// For copies (copies.go). What the group of a lead adds to its own values stands in a field of the same name behind unionPrefix.
	fieldKey    = "key"    // keys of the fingerprint
	fieldBehind = "behind" // of a member that another one leads: the group
	fieldAhead  = "ahead"  // of the lead of several: the group
	fieldMerged = "merged" // of a lead: ids of groups that became part of this one
	unionPrefix = "union."

	fieldFlag     = "flag"     // flagStatement, flagLead; a revision has none
	fieldTime     = "time"     // when it was said, sortable
	fieldLength   = "length"   // weighted words, the score's norm
	fieldRevision = "revision" // of a revision: the statement it belongs to

	// Stored. A page of hits needs the first two only.
	storedHead  = "s.head"  // the statement without what follows, JSON, a lead with what its group adds; or a revision without its text
	storedText  = "s.text"  // the text
	storedRest  = "s.rest"  // quotes, cues and evidence, JSON
	storedOwn   = "s.own"   // of the lead of several: the head without what its group adds
	storedPrint = "s.print" // its place, and its fingerprint
)

const (
	flagStatement = "s"
	flagLead      = "l"
)

// keywordFields says where the exact values of each field of the language stand.
var keywordFields = map[query.Field]string{
	query.Speaker: fieldSpeaker, query.Issuer: fieldIssuer, query.Signatory: fieldSignatory, query.Quoted: fieldQuoted,
	query.Mentions: fieldMentions, query.Topic: fieldTopic, query.Process: fieldProcess, query.Source: fieldSource,
	query.Lang: fieldLang, query.Kind: fieldKind, query.Cue: fieldCue,
}

// indexMapping makes the mapping that the index carries. Documents are built field by field (document.go), so it serves bleve's
// own tools, which can open and query the index, and names the scoring model.
func indexMapping() mapping.IndexMapping {
	m := mapping.NewIndexMapping()
	m.ScoringModel = index.BM25Scoring
	m.DefaultAnalyzer = keyword.Name
	m.DefaultMapping.Dynamic = false
	m.StoreDynamic, m.IndexDynamic, m.DocValuesDynamic = false, false, false
	return m
}
