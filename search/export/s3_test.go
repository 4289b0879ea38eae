package export

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rostrum/internal/fault"
)

// TestASignatureIsAsPublished signs a request of AWS's own documentation (Signature calculations: examples, GET Object is with a range; this
// is the list of objects) and holds the outcome against the one that is printed there.
func TestASignatureIsAsPublished(t *testing.T) {
	s, err := NewS3(S3Options{Endpoint: "https://examplebucket.s3.amazonaws.com", Bucket: "unused", AccessKey: "AKIAIOSFODNN7EXAMPLE",
		SecretKey: func() string { return "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" }, Now: func() time.Time { return time.Date(2013, 5, 24, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequest(http.MethodGet, "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J", nil)
	if err != nil {
		t.Fatal(err)
	}
	s.sign(req, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
	const want = "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
	if got := req.Header.Get("Authorization"); !strings.HasSuffix(got, "Signature="+want) {
		t.Errorf("%s, want %s", got, want)
	}
	if told := fmt.Sprintf("%v %+v %#v %+v", s, s, s.o, s.o); strings.Contains(told, "EXAMPLEKEY") {
		t.Errorf("the secret is printed: %s", told)
	}
}

func TestABucketGetsFilesWhole(t *testing.T) {
	b := newBucketServer(t)
	dir := t.TempDir()
	for name, body := range map[string][]byte{"empty.csv": nil, "small +ü.csv": []byte("id\r\n"), "large.jsonl": bytes.Repeat([]byte("0123456789abcde\n"), 4000)} {
		file := filepath.Join(dir, "f")
		if err := os.WriteFile(file, body, 0o600); err != nil {
			t.Fatal(err)
		}
		s := b.target(func(o *S3Options) { o.PartBytes = 20_000 })
		if err := s.Put(t.Context(), "nightly/a", name, file); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := b.object("nightly/a/" + name); !bytes.Equal(got, body) {
			t.Errorf("%s: %d bytes of %d", name, len(got), len(body))
		}
	}
	if len(b.parts) != 0 {
		t.Errorf("uploads are left: %d", len(b.parts))
	}
}

func TestWhatABucketRefuses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, bytes.Repeat([]byte("x"), 50_000), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*S3Options)
		refuse func(*http.Request) (int, string)
		kind   fault.Kind
		say    string
		calls  int
	}{
		"wrong secret":  {change: func(o *S3Options) { o.SecretKey = func() string { return "wrong" } }, kind: fault.Forbidden, say: "exports.s3.secret_key", calls: 1},
		"unknown key":   {change: func(o *S3Options) { o.AccessKey = "nobody" }, kind: fault.Forbidden, say: "exports.s3.access_key", calls: 1},
		"wrong region":  {change: func(o *S3Options) { o.Region = "us-east-1" }, kind: fault.Forbidden, say: "exports.s3.region", calls: 1},
		"no bucket":     {change: func(o *S3Options) { o.Bucket = "none" }, kind: fault.Forbidden, say: "exports.s3.bucket", calls: 1},
		"access denied": {refuse: func(*http.Request) (int, string) { return http.StatusForbidden, "AccessDenied" }, kind: fault.Forbidden, say: "let the key put objects", calls: 1},
		"overloaded":    {refuse: func(*http.Request) (int, string) { return http.StatusServiceUnavailable, "SlowDown" }, kind: fault.Transient, say: "SlowDown", calls: partTries},
		"third part": {change: func(o *S3Options) { o.PartBytes = 20_000 }, kind: fault.Forbidden, say: "QuotaExceeded", calls: 5, refuse: func(r *http.Request) (int, string) {
			if r.URL.Query().Get("partNumber") == "3" {
				return http.StatusInsufficientStorage - 104, "QuotaExceeded"
			}
			return 0, ""
		}},
	} {
		b := newBucketServer(t)
		b.refuse = c.refuse
		change := c.change
		if change == nil {
			change = func(*S3Options) {}
		}
		err := b.target(change).Put(t.Context(), "", "f", file)
		f, _ := err.(*fault.Error) //nolint:errorlint // it is the fault itself
		if f == nil || f.Kind != c.kind || !strings.Contains(f.Error()+f.Remedy, c.say) || len(b.calls) != c.calls {
			t.Errorf("%s: %v (%s) after %d calls, want %q", name, err, fault.KindOf(err), len(b.calls), c.say)
		}
		if len(b.objects) != 0 || len(b.parts) != 0 {
			t.Errorf("%s: left behind %d objects, %d uploads", name, len(b.objects), len(b.parts))
		}
	}
	gone := newBucketServer(t)
	s := gone.target(func(o *S3Options) { o.Endpoint = "http://127.0.0.1:1" })
	if err := s.Put(t.Context(), "", "f", file); fault.KindOf(err) != fault.Transient || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("nobody listens: %v", err)
	}
}
