package export

import (
	"slices"
	"time"

	"rostrum/internal/statement"
)

// textColumn is the column of the text, which is read only where it is asked for.
const textColumn = "text"

// actorsColumn is given without being asked for where cells can hold lists of several values.
const actorsColumn = "actors"

// statementColumns are the columns of a statement. What the API calls the same is the same.
var statementColumns = slices.Concat(
	[]column{
		text("id", "the statement's id", func(r *row) string { return r.st.ID }),
		text("url", "where it stands", func(r *row) string { return r.st.URL }),
		text("title", "its title", func(r *row) string { return r.st.Title }),
	},
	datesOf("", "the statement", func(r *row) *statement.Statement { return r.st }),
	[]column{
		text("language", "ISO 639-1, or und", func(r *row) string { return r.st.Language }),
		text("kind", "what kind of statement it is", func(r *row) string { return r.st.Kind }),
		text("source", "the source that it came from", func(r *row) string { return r.st.Source }),
		text("group", "the group of copies that it belongs to", func(r *row) string { return r.st.Group }),
		ids("issuer", "whose statement it is", statement.Issuer),
		names("issuer", "whose statement it is", statement.Issuer),
		ids("signatory", "who signed it", statement.Signatory),
		ids("quoted", "whose words are in it", statement.Quoted),
		ids("mentioned", "who is talked about", statement.Mentioned),
		list("topics", "ids of its topics", func(dst []string, r *row) []string { return append(dst, r.st.Topics...) }),
		integer("copies", "number of other URLs at which it stands", func(r *row) int { return r.st.Copies }),
		integer("signatories", "number of those who signed it", func(r *row) int { return r.st.Signatories }),
		integer("revision", "which state of its text this is, from 1", func(r *row) int { return r.st.Revision }),
	},
	extra(
		cast(actorsColumn, "every actor in each of its roles, with id, name and role", func(r *row) []statement.Actor { return r.st.Actors }),
		text(textColumn, "the full text", func(r *row) string { return r.st.Text }),
		text("author", "who wrote it, as the page says", func(r *row) string { return r.st.Author }),
		moment("date", "when it was published, else when it was first seen", func(r *row) *time.Time { t := r.st.Time(); return &t }),
		names("signatory", "who signed it", statement.Signatory),
		names("quoted", "whose words are in it", statement.Quoted),
		names("mentioned", "who is talked about", statement.Mentioned),
		list("sources", "the sources that it and its copies came from", sources),
		list("process", "ids of the processes that it is watched for", func(dst []string, r *row) []string { return append(dst, r.st.Process...) }),
		text("translation_of", "id of the statement that it translates", func(r *row) string { return r.st.TranslationOf }),
		text("capture", "the capture that this revision was found in", func(r *row) string { return r.st.Capture }),
		moment("captured_at", "when that was", func(r *row) *time.Time { return &r.st.CapturedAt }),
		flag("noarchive", "whether its publisher asks for no archive", func(r *row) bool { return r.st.NoArchive }),
		flag("backfill", "whether it was old when it was found", func(r *row) bool { return r.st.Backfill }),
	),
)

func sources(dst []string, r *row) []string {
	if len(r.st.Sources) == 0 {
		return append(dst, r.st.Source)
	}
	return append(dst, r.st.Sources...)
}

// datesOf makes the columns that say when a statement was said and seen.
func datesOf(prefix, what string, of func(r *row) *statement.Statement) []column {
	return []column{
		moment(prefix+"published", "when "+what+" was published; empty when nobody says", func(r *row) *time.Time { return of(r).Published }),
		text(prefix+"published_from", "where that date came from: feed, json-ld, meta, url, text or none", func(r *row) string { return of(r).PublishedFrom }),
		moment(prefix+"first_seen", "when "+what+" was first seen", func(r *row) *time.Time { return &of(r).FirstSeen }),
	}
}

// ids makes the column of the actors in a role, by id.
func ids(name, about string, role statement.Role) column {
	return list(name+"_ids", about+", by actor id", func(dst []string, r *row) []string {
		for i := range r.st.Actors {
			if a := &r.st.Actors[i]; a.Role == role {
				dst = append(dst, a.ID)
			}
		}
		return dst
	})
}

// names makes the column of the actors in a role, by name, in the order of their ids' column.
func names(name, about string, role statement.Role) column {
	return list(name+"_names", about+", by name", func(dst []string, r *row) []string {
		for i := range r.st.Actors {
			if a := &r.st.Actors[i]; a.Role == role {
				dst = append(dst, a.Name)
			}
		}
		return dst
	})
}
