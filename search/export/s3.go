package export

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"rostrum/internal/fault"
)

const (
	// partBytes is what is sent at once, and so what is sent again when a connection breaks.
	partBytes = 16 << 20
	// maxParts bounds the parts of a file, as S3 does.
	maxParts = 10_000
	// partTime bounds the sending of one part.
	partTime = 10 * time.Minute
	// partTries bounds how often a part is sent.
	partTries = 3
	// maxS3Answer bounds an answer, in bytes.
	maxS3Answer = 1 << 20
)

// S3Options say which bucket.
type S3Options struct {
	Endpoint  string // https://HOST; the bucket is named in the path
	Region    string // empty: us-east-1
	Bucket    string
	AccessKey string
	// SecretKey gives the key, so that no printing of these options shows it.
	SecretKey func() string
	PartBytes int64            // 0: partBytes
	Now       func() time.Time // nil: time.Now
}

// S3 is a bucket of S3 or of what speaks its language, to which exports are brought. Each request is signed with its content's hash
// (Signature Version 4).
type S3 struct {
	o      S3Options
	client *http.Client
}

// NewS3 checks that the options say all. It connects to nothing.
func NewS3(o S3Options) (*S3, error) {
	at, err := url.Parse(o.Endpoint)
	if err != nil || at.Host == "" || o.Bucket == "" || o.AccessKey == "" || o.SecretKey == nil || o.SecretKey() == "" {
		return nil, errors.New("make bucket: endpoint, bucket, access key and secret key must be given")
	}
	if o.Region == "" {
		o.Region = "us-east-1"
	}
	if o.PartBytes == 0 {
		o.PartBytes = partBytes
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 10 * time.Second}).DialContext, TLSHandshakeTimeout: 10 * time.Second,
		ResponseHeaderTimeout: time.Minute, IdleConnTimeout: time.Minute, MaxIdleConnsPerHost: 2}
	return &S3{o, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// Put implements Target. A large file is sent in parts, of which each is tried a few times; what was sent of one that fails is removed.
func (s *S3) Put(ctx context.Context, folder, name, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("open export: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("open export: %w", err)
	}
	key, size := path.Join(folder, name), info.Size()
	part := max(s.o.PartBytes, (size+maxParts-1)/maxParts)
	if size <= part {
		_, err := s.send(ctx, http.MethodPut, key, nil, io.NewSectionReader(f, 0, size))
		return err
	}
	return s.inParts(ctx, key, f, size, part)
}

// inParts sends a file part by part.
func (s *S3) inParts(ctx context.Context, key string, f io.ReaderAt, size, part int64) (err error) {
	var begun struct {
		UploadID string `xml:"UploadId"`
	}
	answer, err := s.send(ctx, http.MethodPost, key, url.Values{"uploads": {""}}, nil)
	if err != nil {
		return err
	}
	if err := xml.Unmarshal(answer.body, &begun); err != nil || begun.UploadID == "" {
		return fault.New(fault.Unreachable, "the endpoint of the bucket does not speak S3", "check exports.s3.endpoint")
	}
	defer func() {
		if err != nil { // parts of a file that never comes would cost their room for good
			stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			_, _ = s.send(stop, http.MethodDelete, key, url.Values{"uploadId": {begun.UploadID}}, nil)
		}
	}()
	type sent struct {
		Number int    `xml:"PartNumber"`
		ETag   string `xml:"ETag"`
	}
	list := struct {
		XMLName xml.Name `xml:"CompleteMultipartUpload"`
		Part    []sent
	}{}
	for at := int64(0); at < size; at += part {
		n := len(list.Part) + 1
		answer, err := s.send(ctx, http.MethodPut, key, url.Values{"partNumber": {strconv.Itoa(n)}, "uploadId": {begun.UploadID}}, io.NewSectionReader(f, at, min(part, size-at)))
		if err != nil {
			return err
		}
		list.Part = append(list.Part, sent{n, answer.etag})
	}
	body, err := xml.Marshal(list)
	if err != nil {
		return fmt.Errorf("encode list of parts: %w", err)
	}
	answer, err = s.send(ctx, http.MethodPost, key, url.Values{"uploadId": {begun.UploadID}}, bytes.NewReader(body))
	if err != nil {
		return err
	}
	return refusal(http.StatusOK, answer.body) // a failure to put the parts together is told within an answer of 200
}

type s3Answer struct {
	etag string
	body []byte
}

// send sends a request, again where the line or the server failed it; nil is an empty body.
func (s *S3) send(ctx context.Context, method, key string, query url.Values, body io.ReadSeeker) (answer s3Answer, err error) {
	if body == nil {
		body = bytes.NewReader(nil)
	}
	for try := 1; ; try++ {
		answer, err = s.once(ctx, method, key, query, body)
		if err == nil || try == partTries || fault.KindOf(err) != fault.Transient || ctx.Err() != nil {
			return answer, err
		}
	}
}

func (s *S3) once(ctx context.Context, method, key string, query url.Values, body io.ReadSeeker) (s3Answer, error) {
	ctx, cancel := context.WithTimeout(ctx, partTime)
	defer cancel()
	hash := sha256.New()
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return s3Answer{}, fmt.Errorf("read export: %w", err)
	}
	size, err := io.Copy(hash, body)
	if err == nil {
		_, err = body.Seek(0, io.SeekStart)
	}
	if err != nil {
		return s3Answer{}, fmt.Errorf("read export: %w", err)
	}
	at, err := url.Parse(s.o.Endpoint)
	if err != nil {
		return s3Answer{}, fmt.Errorf("read endpoint: %w", err)
	}
	at = at.JoinPath(s.o.Bucket, key)
	at.RawQuery = strings.ReplaceAll(query.Encode(), "+", "%20")
	req, err := http.NewRequestWithContext(ctx, method, at.String(), io.NopCloser(body))
	if err != nil {
		return s3Answer{}, fmt.Errorf("make request: %w", err)
	}
	req.ContentLength = size
	if size == 0 {
		req.Body = http.NoBody
	}
	s.sign(req, hex.EncodeToString(hash.Sum(nil)))
	res, err := s.client.Do(req)
	if err != nil {
		return s3Answer{}, &fault.Error{Kind: fault.Transient, What: "the bucket's server cannot be reached", Remedy: "check exports.s3.endpoint, and whether it is up", Position: -1, Err: err}
	}
	defer res.Body.Close()
	told, err := io.ReadAll(io.LimitReader(res.Body, maxS3Answer))
	if err != nil {
		return s3Answer{}, &fault.Error{Kind: fault.Transient, What: "the bucket's server broke off its answer", Position: -1, Err: err}
	}
	return s3Answer{etag: res.Header.Get("ETag"), body: told}, refusal(res.StatusCode, told)
}

// remedies are what to do about what a bucket answers.
var remedies = map[string]string{
	"AccessDenied":                 "let the key put objects into the bucket, and list and end uploads in parts",
	"InvalidAccessKeyId":           "check exports.s3.access_key",
	"SignatureDoesNotMatch":        "check exports.s3.secret_key",
	"NoSuchBucket":                 "make the bucket, or check exports.s3.bucket",
	"AuthorizationHeaderMalformed": "check exports.s3.region",
	"PermanentRedirect":            "check exports.s3.endpoint and exports.s3.region: the bucket is elsewhere",
	"RequestTimeTooSkewed":         "set the clock of this server",
	"EntityTooLarge":               "raise what the bucket takes, or narrow the query",
	"QuotaExceeded":                "make room in the bucket",
}

// refusal is the fault that an answer tells of; nil for one that tells of none.
func refusal(status int, body []byte) error {
	var told struct {
		XMLName xml.Name
		Code    string
		Message string
	}
	if err := xml.Unmarshal(body, &told); err != nil || told.XMLName.Local != "Error" {
		told.Code, told.Message = "", ""
		if status < http.StatusMultipleChoices {
			return nil
		}
	}
	kind := fault.Forbidden
	if status >= http.StatusInternalServerError || status == http.StatusTooManyRequests || status == http.StatusOK {
		kind = fault.Transient
	}
	what := fmt.Sprintf("the bucket refused the file: %d %s", status, http.StatusText(status))
	if told.Code != "" {
		what = fmt.Sprintf("the bucket refused the file: %s: %s", short(told.Code), short(told.Message))
	}
	return fault.New(kind, what, remedies[told.Code])
}

// short bounds what others say.
func short(s string) string {
	const most = 200
	s = strings.ToValidUTF8(s, "")
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
