package configs

import "time"

// Process is a folder: process.yaml, and beside it sources.yaml, topics.yaml, actors.yaml and corrections.yaml, which may be absent.
type Process struct {
	// Short name of the process in queries and addresses: letters a–z, digits and hyphens.
	ID string `yaml:"id" check:"id,required"`
	// Name as shown.
	Name string `yaml:"name" check:"required"`
	// A sentence or two on what the process is.
	About string `yaml:"about"`
	// Lists of actors to take in besides the folder's own actors.yaml: actors/NAME.yaml beside rostrum.yaml, else the list of
	// that name that comes with Rostrum.
	SharedActors []string `yaml:"shared_actors" check:"name"`
	// Dated events, in any order.
	Milestones []Milestone `yaml:"milestones"`
	// Periods, in order of time, without overlap.
	Phases []Phase `yaml:"phases"`

	Sources     []Source     `yaml:"-"`
	Topics      []Topic      `yaml:"-"`
	Corrections []Correction `yaml:"-"`
	Folder      string       `yaml:"-"` // as shown in problems
	At          Place        `yaml:"-"`
}

// Milestone is a dated event of a process.
type Milestone struct {
	// Short name, unique in the process.
	ID string `yaml:"id" check:"id,required"`
	// Name as shown.
	Name string `yaml:"name" check:"required"`
	// The day, UTC: 2024-12-24.
	Date time.Time `yaml:"date" check:"required"`
	At   Place     `yaml:"-"`
}

// Phase is a period of a process.
type Phase struct {
	// Short name, unique in the process.
	ID string `yaml:"id" check:"id,required"`
	// Name as shown.
	Name string `yaml:"name" check:"required"`
	// First day, UTC.
	From time.Time `yaml:"from" check:"required"`
	// First day after the phase, UTC; absent for a phase that goes on.
	To time.Time `yaml:"to"`
	At Place     `yaml:"-"`
}

// Source is a place that is watched. One of Issuer and Aggregator is set.
type Source struct {
	// Short name, unique over all processes.
	ID string `yaml:"id" check:"id,required"`
	// Name as shown.
	Name string `yaml:"name" check:"required"`
	// What is at url: feed (RSS, Atom, JSON Feed), sitemap, list (a page of links), or page (one page that is a statement itself).
	Type string `yaml:"type" check:"required" oneof:"feed|sitemap|list|page"`
	// Address of the feed, sitemap, list or page.
	URL string `yaml:"url" check:"url,required"`
	// Id of the actor whose statements these are. Either this or aggregator.
	Issuer string `yaml:"issuer" check:"id"`
	// Set for a place that gathers what others say: its pages have no issuer by source.
	Aggregator bool `yaml:"aggregator"`
	// Hosts whose pages belong to this source. Absent: the host of url.
	Sites []string `yaml:"sites" check:"host"`
	// Language of the pages, as a hint: an ISO 639-1 code. Empty: as found in the text.
	Language string `yaml:"language" check:"language"`
	// Kind of the statements. Empty: as found in the text.
	Kind string `yaml:"kind" oneof:"statement|joint-letter|submission|press-release|op-ed|news-report|meeting-summary|speech|document"`
	// Which of the addresses found there are statements.
	Links Links `yaml:"links"`
	// Where a list goes on. For type list.
	Next Next `yaml:"next"`
	// How often it is looked at for new pages. Absent: fetch.every.
	Every time.Duration `yaml:"every" min:"1s" max:"365d"`
	// How seldom it may be looked at once nothing new has come for long. Up to every: it stays at every. Absent: fetch.every_max.
	EveryMax time.Duration `yaml:"every_max" min:"0s" max:"365d"`
	// When a page that is new, or has just changed, is fetched again; the longer it stands unchanged, the rarer. 0: never. Absent:
	// fetch.revisit.
	Revisit time.Duration `yaml:"revisit" min:"0s" max:"3650d"`
	// Set to false to keep a source in the file without fetching it.
	Enabled bool  `yaml:"enabled" default:"true"`
	At      Place `yaml:"-"`
}

// Links chooses among the addresses that a source gives. Patterns are regular expressions (RE2), found anywhere in the absolute URL.
type Links struct {
	// An address must match one of these. Empty: every address on the source's sites.
	Include []string `yaml:"include" check:"regexp"`
	// An address must match none of these.
	Exclude []string `yaml:"exclude" check:"regexp"`
	// Whether the PDF and DOCX files on the source's sites that its pages link to are statements as well, with the links' texts as
	// titles where a file has none. They need not match include.
	Papers bool `yaml:"papers"`
}

// Next says how a list page goes on.
type Next struct {
	// Regular expression (RE2) of the absolute URLs of further list pages. Empty: what the list itself calls its next page (rel=next).
	Pattern string `yaml:"pattern" check:"regexp"`
	// Most list pages that one pass reads, the first included.
	Limit int `yaml:"limit" default:"10" min:"1" max:"10000"`
}

// Actor is a state, body, organisation, company, coalition, academic body or person.
type Actor struct {
	// Short name, unique over all lists; a state's is its ISO alpha-2 code in lower case.
	ID string `yaml:"id" check:"id,required"`
	// What it is.
	Kind string `yaml:"kind" check:"required" oneof:"state|igo|ngo|company|coalition|academic|person"`
	// Name as shown.
	Name string `yaml:"name" check:"required"`
	// Names by language: {es: …, fr: …}.
	Names map[string]string `yaml:"names" keys:"language"`
	// Other names, official names and abbreviations. Each finds the actor, in queries and in texts.
	Aliases []string `yaml:"aliases"`
	// Demonyms, capitals, ambiguous names: evidence weaker than a name; may be shared by several actors. A name or alias that stands
	// here as well finds the actor in queries, and not in texts.
	Weak []string `yaml:"weak"`
	// Phrases that hold one of the names and mean something else (Lake Chad, New Guinea): texts that say them do not name the actor.
	Except []string `yaml:"except"`
	// Wikidata item, such as Q30.
	Wikidata string `yaml:"wikidata" check:"wikidata"`
	// Ids of the groups it belongs to.
	MemberOf []string `yaml:"member_of" check:"id"`
	// Hosts whose pages are its own.
	Sites []string `yaml:"sites" check:"host"`
	At    Place    `yaml:"-"`
}

// Group is a named set of actors; actors say which groups they belong to.
type Group struct {
	// Short name, unique over all lists.
	ID string `yaml:"id" check:"id,required"`
	// Name as shown.
	Name string `yaml:"name" check:"required"`
	// Names by language.
	Names map[string]string `yaml:"names" keys:"language"`
	At    Place             `yaml:"-"`
}

// Extension adds to an actor that another list defines. What it adds ends up in that Actor.
type Extension struct {
	// Id of the actor.
	ID string `yaml:"id" check:"id,required"`
	// Aliases to add.
	Aliases []string `yaml:"aliases"`
	// Weak names to add.
	Weak []string `yaml:"weak"`
	// Phrases to add that mean something else.
	Except []string `yaml:"except"`
	// Groups to add.
	MemberOf []string `yaml:"member_of" check:"id"`
	// Sites to add.
	Sites []string `yaml:"sites" check:"host"`
	At    Place    `yaml:"-"`
}

// Topic is a named standing query over the text.
type Topic struct {
	// Short name, unique over all processes.
	ID string `yaml:"id" check:"id,required"`
	// Name as shown.
	Name string `yaml:"name" check:"required"`
	// Names by language.
	Names map[string]string `yaml:"names" keys:"language"`
	// Words, phrases and prefixes, title: and lang: only; one query for all languages, or one per language: {en: …, es: …}.
	Query Query `yaml:"query" keys:"language" check:"required"`
	At    Place `yaml:"-"`
}

// Correction overrides what annotation found in one statement.
type Correction struct {
	// Id of the statement.
	Statement string `yaml:"statement" check:"id,required"`
	// What to do: add the actor in the role, or remove it from the role (from every role where none is given).
	Action string `yaml:"action" default:"add" oneof:"add|remove"`
	// Id of the actor.
	Actor string `yaml:"actor" check:"id,required"`
	// The role.
	Role string `yaml:"role" oneof:"issuer|signatory|quoted|mentioned"`
	// Why, a sentence that readers see.
	Reason string `yaml:"reason" check:"required"`
	// Name of the actor as shown, where no list has it.
	Name string `yaml:"name"`
	// The day on which it was made, UTC, for the record.
	Made time.Time `yaml:"made"`
	// By whom, for the record.
	By string `yaml:"by"`
	At Place  `yaml:"-"`
}

// The shapes of the files whose top level is a list under a name.
type (
	sourcesFile struct {
		// Places that are watched.
		Sources []Source `yaml:"sources"`
	}
	topicsFile struct {
		// Standing queries that label statements.
		Topics []Topic `yaml:"topics"`
	}
	actorsFile struct {
		// Named sets of actors.
		Groups []Group `yaml:"groups"`
		// Those who speak or are spoken of.
		Actors []Actor `yaml:"actors"`
		// Additions to actors of other lists.
		Extend []Extension `yaml:"extend"`
	}
	correctionsFile struct {
		// Overridden annotations.
		Corrections []Correction `yaml:"corrections"`
	}
)
