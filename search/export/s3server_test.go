package export

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// bucketServer is a server that speaks enough of S3: it checks every signature by the rules as they are published, on its own, and holds
// the objects of one bucket.
type bucketServer struct {
	t      *testing.T
	secret string
	url    string

	mu      sync.Mutex
	objects map[string][]byte
	parts   map[string]map[int][]byte // by upload
	refuse  func(r *http.Request) (status int, code string)
	calls   []string
}

const bucketKey, bucketSecret = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

func newBucketServer(t *testing.T) *bucketServer {
	b := &bucketServer{t: t, secret: bucketSecret, objects: map[string][]byte{}, parts: map[string]map[int][]byte{}}
	s := httptest.NewServer(b)
	t.Cleanup(s.Close)
	b.url = s.URL
	return b
}

func (b *bucketServer) target(change ...func(*S3Options)) *S3 {
	b.t.Helper()
	o := S3Options{Endpoint: b.url, Region: "eu-test-1", Bucket: "exports", AccessKey: bucketKey, SecretKey: func() string { return bucketSecret }}
	for _, c := range change {
		c(&o)
	}
	s, err := NewS3(o)
	if err != nil {
		b.t.Fatal(err)
	}
	return s
}

func (b *bucketServer) object(key string) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.objects[key])
}

func (b *bucketServer) keys() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var keys []string
	for k := range b.objects {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (b *bucketServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls = append(b.calls, r.Method+" "+r.URL.RequestURI())
	if code := b.signature(r, body); code != "" {
		tell(w, http.StatusForbidden, code)
		return
	}
	if b.refuse != nil {
		if status, code := b.refuse(r); status != 0 {
			tell(w, status, code)
			return
		}
	}
	key, ok := strings.CutPrefix(r.URL.Path, "/exports/")
	if !ok {
		tell(w, http.StatusNotFound, "NoSuchBucket")
		return
	}
	q := r.URL.Query()
	upload := q.Get("uploadId")
	switch {
	case r.Method == http.MethodPost && q.Has("uploads"):
		id := "upload/" + strconv.Itoa(len(b.parts)) + "+="
		b.parts[id] = map[int][]byte{}
		fmt.Fprintf(w, `<?xml version="1.0"?><InitiateMultipartUploadResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><UploadId>%s</UploadId></InitiateMultipartUploadResult>`, id)
	case upload != "" && b.parts[upload] == nil:
		tell(w, http.StatusNotFound, "NoSuchUpload")
	case r.Method == http.MethodPut && upload != "":
		n, _ := strconv.Atoi(q.Get("partNumber"))
		b.parts[upload][n] = body
		w.Header().Set("ETag", etag(body))
	case r.Method == http.MethodDelete && upload != "":
		delete(b.parts, upload)
		w.WriteHeader(http.StatusNoContent)
	case r.Method == http.MethodPost:
		b.complete(w, key, upload, body)
	case r.Method == http.MethodPut:
		b.objects[key] = body
		w.Header().Set("ETag", etag(body))
	default:
		tell(w, http.StatusMethodNotAllowed, "MethodNotAllowed")
	}
}

func (b *bucketServer) complete(w http.ResponseWriter, key, upload string, body []byte) {
	var list struct {
		Part []struct {
			PartNumber int
			ETag       string
		}
	}
	if err := xml.Unmarshal(body, &list); err != nil {
		tell(w, http.StatusBadRequest, "MalformedXML")
		return
	}
	var whole []byte
	for i, p := range list.Part {
		part, ok := b.parts[upload][p.PartNumber]
		if p.PartNumber != i+1 || !ok || etag(part) != p.ETag {
			tell(w, http.StatusOK, "InvalidPart") // as S3 does: the answer had begun
			return
		}
		whole = append(whole, part...)
	}
	b.objects[key] = whole
	delete(b.parts, upload)
	fmt.Fprint(w, `<CompleteMultipartUploadResult/>`)
}

func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + hex.EncodeToString(sum[:8]) + `"`
}

func tell(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, "<?xml version=\"1.0\"?>\n<Error><Code>%s</Code><Message>said by the test</Message></Error>", code)
}

// signature checks a request as the server does that is to be convinced: everything is taken from the wire.
func (b *bucketServer) signature(r *http.Request, body []byte) string {
	sum := sha256.Sum256(body)
	if r.Header.Get("X-Amz-Content-Sha256") != hex.EncodeToString(sum[:]) {
		return "XAmzContentSHA256Mismatch"
	}
	scheme, rest, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	fields := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		k, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[k] = v
	}
	credential := strings.Split(fields["Credential"], "/")
	if scheme != "AWS4-HMAC-SHA256" || len(credential) != 5 {
		return "AuthorizationHeaderMalformed"
	}
	if credential[0] != bucketKey {
		return "InvalidAccessKeyId"
	}
	if credential[2] != "eu-test-1" || credential[3] != "s3" || credential[4] != "aws4_request" {
		return "AuthorizationHeaderMalformed"
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil || !strings.HasPrefix(r.Header.Get("X-Amz-Date"), credential[1]) || time.Since(at).Abs() > 15*time.Minute {
		return "RequestTimeTooSkewed"
	}
	var query []string
	for pair := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if pair == "" {
			continue
		}
		k, v, _ := strings.Cut(pair, "=")
		k, _ = url.QueryUnescape(k)
		v, _ = url.QueryUnescape(v)
		query = append(query, strictly(k)+"="+strictly(v))
	}
	slices.Sort(query)
	names := strings.Split(fields["SignedHeaders"], ";")
	if !slices.IsSorted(names) || !slices.Contains(names, "host") || !slices.Contains(names, "x-amz-date") {
		return "AuthorizationHeaderMalformed"
	}
	var headers strings.Builder
	for _, name := range names {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		headers.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	var segments []string
	for s := range strings.SplitSeq(r.URL.Path, "/") {
		segments = append(segments, strictly(s))
	}
	canonical := r.Method + "\n" + strings.Join(segments, "/") + "\n" + strings.Join(query, "&") + "\n" + headers.String() + "\n" + fields["SignedHeaders"] + "\n" + hex.EncodeToString(sum[:])
	hashed := sha256.Sum256([]byte(canonical))
	toSign := "AWS4-HMAC-SHA256\n" + r.Header.Get("X-Amz-Date") + "\n" + strings.Join(credential[1:], "/") + "\n" + hex.EncodeToString(hashed[:])
	mac := func(key []byte, s string) []byte {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(s))
		return h.Sum(nil)
	}
	key := mac(mac(mac(mac([]byte("AWS4"+b.secret), credential[1]), credential[2]), "s3"), "aws4_request")
	if hex.EncodeToString(mac(key, toSign)) != fields["Signature"] {
		return "SignatureDoesNotMatch"
	}
	return ""
}

// strictly escapes as RFC 3986 says, in another way than the code under test.
func strictly(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
