package bus

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"rostrum/internal/fault"
	"rostrum/internal/statement"
)

func announcements(from, to int) []statement.Announcement {
	var out []statement.Announcement
	for i := from; i < to; i++ {
		out = append(out, statement.Announcement{New: true, Statement: statement.Statement{
			ID: fmt.Sprintf("statement-%d", i), Capture: "capture", Title: fmt.Sprintf("Title %d", i), Text: "A text.",
		}})
	}
	return out
}

var errEnough = errors.New("enough")

// follow collects n announcements from a sequence on.
func follow(t *testing.T, b *Bus, from uint64, n int) (seqs []uint64, got []*statement.Announcement) {
	t.Helper()
	err := b.Statements(testContext(t), from, func(_ context.Context, seq uint64, a *statement.Announcement) error {
		seqs, got = append(seqs, seq), append(got, a)
		if len(got) == n {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) {
		t.Fatalf("follow: %v after %d announcements", err, len(got))
	}
	return seqs, got
}

func TestAnnouncementsKeepTheirOrder(t *testing.T) {
	b := openTest(t)
	const n = 2000 // more than two batches
	if err := b.Announce(testContext(t), announcements(0, n)); err != nil {
		t.Fatal(err)
	}
	if last, err := b.LastStatementSeq(testContext(t)); err != nil || last != n {
		t.Errorf("last sequence %d, %v", last, err)
	}
	seqs, got := follow(t, b, 0, n)
	for i, a := range got {
		if seqs[i] != uint64(i+1) || a.Statement.ID != fmt.Sprintf("statement-%d", i) || a.Version != statement.WireVersion {
			t.Fatalf("number %d has sequence %d and is %+v", i, seqs[i], a)
		}
	}
	if seqs, _ := follow(t, b, 1500, 2); seqs[0] != 1500 || seqs[1] != 1501 {
		t.Errorf("from 1500: %v", seqs)
	}
}

func TestRepeatedAnnouncementsAreDropped(t *testing.T) {
	b := openTest(t)
	for _, batch := range [][]statement.Announcement{announcements(0, 5), announcements(3, 9), announcements(8, 9), nil} {
		if err := b.Announce(testContext(t), batch); err != nil {
			t.Fatal(err)
		}
	}
	_, got := follow(t, b, 1, 9)
	for i, a := range got {
		if want := fmt.Sprintf("statement-%d", i); a.Statement.ID != want {
			t.Errorf("number %d is %s, want %s", i, a.Statement.ID, want)
		}
	}
	if last, err := b.LastStatementSeq(testContext(t)); err != nil || last != 9 {
		t.Errorf("last sequence %d, %v, want 9", last, err)
	}
}

func TestLargeAnnouncementTravelsByReference(t *testing.T) {
	b := openTest(t)
	batch := announcements(0, 3)
	batch[1].Statement.Text = strings.Repeat("A long statement. ", 100_000)
	if err := b.Announce(testContext(t), batch); err != nil {
		t.Fatal(err)
	}
	_, got := follow(t, b, 1, 3)
	if got[1].Statement.Text != batch[1].Statement.Text || got[2].Statement.Text != "A text." {
		t.Error("the texts have changed")
	}
}

// TestFollowersTakeTheLargestMessages follows messages of which few are fetched at a time.
func TestFollowersTakeTheLargestMessages(t *testing.T) {
	b := openTest(t)
	for i := range 12 {
		batch := announcements(i, i+1)
		batch[0].Statement.Text = strings.Repeat("x", 505<<10-i<<13)
		if err := b.Announce(testContext(t), batch); err != nil {
			t.Fatal(err)
		}
	}
	if _, got := follow(t, b, 1, 12); len(got) != 12 || got[0].Statement.ID != "statement-0" || got[11].Statement.ID != "statement-11" {
		t.Errorf("%d came", len(got))
	}
}

func TestFollowersGoOnWithNewAnnouncements(t *testing.T) {
	b := openTest(t)
	heard := make(chan string)
	ctx, stop := context.WithCancel(testContext(t))
	ended := make(chan error)
	go func() {
		ended <- b.Statements(ctx, 1, func(_ context.Context, _ uint64, a *statement.Announcement) error {
			heard <- a.Statement.ID
			return nil
		})
	}()
	for i := range 3 {
		if err := b.Announce(ctx, announcements(i, i+1)); err != nil {
			t.Fatal(err)
		}
		if got, want := <-heard, fmt.Sprintf("statement-%d", i); got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("a stopped follower returns %v", err)
	}
}

func TestUnreadableAnnouncements(t *testing.T) {
	b := openTest(t)
	newer := announcements(1, 2)
	newer[0].Version = statement.WireVersion + 1
	err := errors.Join(
		b.stated.Append(testContext(t), []Record{{ID: "garbage", Data: []byte("{")}}),
		b.Announce(testContext(t), announcements(0, 1)),
		b.Announce(testContext(t), newer))
	if err != nil {
		t.Fatal(err)
	}
	if seqs, _ := follow(t, b, 1, 1); seqs[0] != 2 {
		t.Errorf("sequence %d, want garbage passed over", seqs[0])
	}
	err = b.Statements(testContext(t), 3, func(context.Context, uint64, *statement.Announcement) error { return nil })
	if fault.KindOf(err) != fault.Transient || !strings.Contains(err.Error(), "later version") {
		t.Errorf("a later version's announcement: %v", err)
	}
}

func TestAlertsAreALogOfTheirOwn(t *testing.T) {
	b := openTest(t)
	if err := b.Alerts().Append(testContext(t), []Record{{ID: "a", Data: []byte("1")}, {ID: "b", Data: []byte("2")}}); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := b.Alerts().Follow(testContext(t), 1, func(_ context.Context, seq uint64, data []byte) error {
		if got = append(got, fmt.Sprintf("%d:%s", seq, data)); len(got) == 2 {
			return errEnough
		}
		return nil
	})
	if !errors.Is(err, errEnough) || strings.Join(got, " ") != "1:1 2:2" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestAFollowerThatWasAwayTooLongGoesOn(t *testing.T) {
	b := openTest(t)
	if err := b.Announce(testContext(t), announcements(0, 10)); err != nil {
		t.Fatal(err)
	}
	stream, err := b.js.Stream(testContext(t), statementsStream)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Purge(testContext(t), jetstream.WithPurgeSequence(6)); err != nil {
		t.Fatal(err)
	}
	for _, from := range []uint64{0, 2} {
		if seqs, _ := follow(t, b, from, 5); seqs[0] != 6 || seqs[4] != 10 {
			t.Errorf("from %d: %v", from, seqs)
		}
	}
}

func TestBatchesAreBounded(t *testing.T) {
	for name, test := range map[string]struct{ records, bytes, want int }{
		"few":          {3, 10, 3},
		"many":         {2000, 10, batchMessages},
		"large":        {100, 400 << 10, batchBytes / (400 << 10)},
		"by reference": {100, 100 << 20, batchBytes / inlineBytes},
	} {
		data := make([]byte, test.bytes)
		records := make([]Record, test.records)
		for i := range records {
			records[i].Data = data
		}
		if got := fit(records); got != test.want {
			t.Errorf("%s: %d records fit, want %d", name, got, test.want)
		}
	}
}
