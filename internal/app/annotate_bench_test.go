package app

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"rostrum/indexer/annotate"
	"rostrum/internal/registry"
	"rostrum/search/analysis"
)

const (
	benchAliases = 20_000
	benchTopics  = 40
	benchBytes   = 3000 // of a text
)

// crowded is the built-in registry, all states and bodies, filled up to 20,000 names and 40 topics: names of two and three words
// that the texts have, so that many begin and few end in them.
func crowded(b *testing.B, vocabulary []string) *registry.Registry {
	b.Helper()
	r := sharedRegistry(b)
	actors, topics := slices.Clone(r.Actors()), slices.Clone(r.Topics())
	names := 0
	for i := range actors {
		for range actors[i].AllNames() {
			names++
		}
	}
	rnd := rand.New(rand.NewPCG(5, 6))
	word := func() string { return vocabulary[rnd.IntN(len(vocabulary))] }
	title := func(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
	for ; names < benchAliases; names += 4 {
		a := registry.Actor{ID: fmt.Sprintf("body-%d", names), Kind: "ngo", Name: title(word()) + " " + title(word()) + " " + title(word())}
		for range 3 {
			a.Aliases = append(a.Aliases, title(word())+" "+title(word()))
		}
		actors = append(actors, a)
	}
	for i := len(topics); i < benchTopics; i++ {
		var query strings.Builder
		for range 12 {
			fmt.Fprintf(&query, "%s OR \"%s %s\" OR ", word(), word(), word())
		}
		fmt.Fprintf(&query, "\"%s %s\"~5", word(), word())
		topics = append(topics, registry.Topic{ID: fmt.Sprintf("topic-%d", i), Name: "Topic", Query: query.String()})
	}
	filled, err := registry.New(actors, r.Groups(), topics[:benchTopics], nil)
	if err != nil {
		b.Fatal(err)
	}
	return filled
}

// inputsOf cuts speeches to 3 KB.
func speechInputs(b *testing.B) []annotate.Input {
	analyzer := analysis.NewAnalyzer()
	var inputs []annotate.Input
	for _, c := range speeches(b) {
		text := string(c.Body)
		for part := 0; part < 2 && len(text) > benchBytes; part++ {
			cut := benchBytes
			for !utf8.RuneStart(text[cut]) {
				cut--
			}
			in := annotate.Input{URL: "https://speeches.example/" + fmt.Sprint(len(inputs)), Text: text[:cut]}
			in.Words = analyzer.Document("", in.Text, "en")
			inputs = append(inputs, in)
			text = text[cut:]
		}
	}
	return inputs
}

// denseInputs are reports of 3 KB in which most sentences quote somebody, name somebody and take a position.
func denseInputs() []annotate.Input {
	analyzer := analysis.NewAnalyzer()
	sentences := []string{
		"The delegation of %s called for a shorter text, and said that the new chapter must not be adopted unless its scope is narrowed. ",
		"“We reject the new chapter,” said the spokesperson for %s, Ana Kol, “and we call on all states to withdraw it.” ",
		"%s welcomed the delay of the vote, while others regretted it. ",
		"The harbour was quiet, and the rest of the day went to the list of speakers and to the record of the session before. ",
		"According to the ministry of %s, the proposal on human rights and data protection goes too far.\n\n",
	}
	states := []string{"Norway", "Uruguay", "Ghana", "Fiji", "Peru", "Latvia", "Kenya", "Oman", "Chile", "Nepal"}
	var inputs []annotate.Input
	for i := range 40 {
		var text strings.Builder
		for k := i; text.Len() < benchBytes; k++ {
			if s := sentences[k%len(sentences)]; strings.Contains(s, "%s") {
				fmt.Fprintf(&text, s, states[(k*7+i)%len(states)])
			} else {
				text.WriteString(s)
			}
		}
		in := annotate.Input{URL: "https://reports.example/" + fmt.Sprint(i), Title: "A session", Text: text.String()}
		in.Words = analyzer.Document(in.Title, in.Text, "en")
		inputs = append(inputs, in)
	}
	return inputs
}

// BenchmarkAnnotateWithTopics annotates texts of 3 KB as the indexer does, with 20,000 names and 40 topics, on all cores: speeches,
// and reports that are dense with names and quotes; with the tokens given, and with the making of them counted. Target: 10,000 statements a
// second on two cores.
func BenchmarkAnnotateWithTopics(b *testing.B) {
	speaking := speechInputs(b)
	if speaking == nil {
		return
	}
	seen := map[string]bool{}
	for i := range speaking {
		for w := range strings.FieldsFuncSeq(strings.ToLower(speaking[i].Text), func(r rune) bool { return r < 'a' || r > 'z' }) {
			seen[w] = len(w) > 3
		}
	}
	var vocabulary []string
	for w, long := range seen {
		if long {
			vocabulary = append(vocabulary, w)
		}
	}
	slices.Sort(vocabulary)
	reg := crowded(b, vocabulary)
	topics, err := newTopicMatcher(reg)
	if err != nil {
		b.Fatal(err)
	}
	a, err := annotate.New(annotate.Options{Registry: reg, Topics: topics})
	if err != nil {
		b.Fatal(err)
	}
	for _, set := range []struct {
		name   string
		inputs []annotate.Input
	}{{"speeches", speaking}, {"reports", denseInputs()}} {
		b.Run(set.name, func(b *testing.B) { annotateAll(b, a, set.inputs, false) })
		b.Run(set.name+" and tokens", func(b *testing.B) { annotateAll(b, a, set.inputs, true) })
	}
}

func annotateAll(b *testing.B, a *annotate.Annotator, inputs []annotate.Input, tokens bool) {
	var at, actors, hits atomic.Int64
	b.ReportAllocs()
	before := processorTime(b)
	b.ResetTimer()
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			analyzer := analysis.NewAnalyzer()
			for i := at.Add(1); i <= int64(b.N); i = at.Add(1) {
				in := inputs[int(i)%len(inputs)]
				if tokens {
					in.Words = analyzer.Document(in.Title, in.Text, "en")
				}
				found := a.Annotate(in)
				actors.Add(int64(len(found.Actors)))
				hits.Add(int64(len(found.Topics)))
			}
		})
	}
	group.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "statements/s")
	b.ReportMetric(float64(b.N)/(processorTime(b)-before).Seconds(), "statements/cpu-s")
	b.ReportMetric(float64(actors.Load())/float64(b.N), "actors/statement")
	b.ReportMetric(float64(hits.Load())/float64(b.N), "topics/statement")
}

// processorTime is that spent so far: on a machine that others use, what tells the cost of the code.
func processorTime(t testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
