package export

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
)

const (
	signAlgorithm = "AWS4-HMAC-SHA256"
	signTime      = "20060102T150405Z"
)

// sign signs a request by Signature Version 4 (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html): its
// method, path, query, host, time and the SHA-256 of its body.
func (s *S3) sign(req *http.Request, bodyHash string) {
	now := s.o.Now().UTC().Format(signTime)
	req.Header.Set("X-Amz-Date", now)
	req.Header.Set("X-Amz-Content-Sha256", bodyHash)
	const signed = "host;x-amz-content-sha256;x-amz-date"
	canonical := strings.Join([]string{req.Method, escapedPath(req.URL.Path), req.URL.RawQuery, "host:" + req.URL.Host, "x-amz-content-sha256:" + bodyHash, "x-amz-date:" + now, "", signed, bodyHash}, "\n")
	sum := sha256.Sum256([]byte(canonical))
	scope := strings.Join([]string{now[:8], s.o.Region, "s3", "aws4_request"}, "/")
	key := []byte("AWS4" + s.o.SecretKey())
	for part := range strings.SplitSeq(scope, "/") {
		key = keyed(key, part)
	}
	signature := hex.EncodeToString(keyed(key, strings.Join([]string{signAlgorithm, now, scope, hex.EncodeToString(sum[:])}, "\n")))
	req.Header.Set("Authorization", signAlgorithm+" Credential="+s.o.AccessKey+"/"+scope+", SignedHeaders="+signed+", Signature="+signature)
}

func keyed(key []byte, message string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(message))
	return mac.Sum(nil)
}

// escapedPath escapes all but the letters that RFC 3986 leaves as they are, and /.
func escapedPath(p string) string {
	var b strings.Builder
	for i := range len(p) {
		switch c := p[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-_.~/", c) >= 0:
			b.WriteByte(c)
		default:
			const hex = "0123456789ABCDEF"
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}
