package app

import (
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// TestAReaderThatStallsIsDropped lets one reader of a long answer lie, while another takes all of it, in more time than one piece has.
func TestAReaderThatStallsIsDropped(t *testing.T) {
	const long = 32 << 20
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	wrote := make(chan error, 2)
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, err := w.Write(make([]byte, long))
		wrote <- err
	})}
	served := make(chan error)
	go func() { served <- server.Serve(droppingListener{listener, 300 * time.Millisecond}) }()
	lying, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer lying.Close()
	if err := lying.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	if _, err := lying.Write([]byte("GET / HTTP/1.1\r\nHost: x.example\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if err := <-wrote; err == nil {
		t.Error("a reader that lies was waited for")
	}
	res, err := http.Get("http://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if n, err := io.Copy(io.Discard, res.Body); err != nil || n != long {
		t.Errorf("one that reads got %d bytes: %v", n, err)
	}
	if err := <-wrote; err != nil {
		t.Error(err)
	}
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	<-served
}
