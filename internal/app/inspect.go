package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"rostrum/configs"
	"rostrum/crawler"
	"rostrum/indexer"
	"rostrum/indexer/extract"
	"rostrum/internal/fault"
	"rostrum/internal/registry"
	"rostrum/internal/statement"
)

// Inspection is what extraction and annotation see in one file or page, as `rostrum inspect --json` prints it.
type Inspection struct {
	File          string               `json:"file"`
	URL           string               `json:"url,omitempty"`
	Title         string               `json:"title"`
	TitleFrom     string               `json:"title_from,omitempty"`
	Author        string               `json:"author,omitempty"`
	AuthorFrom    string               `json:"author_from,omitempty"`
	Text          string               `json:"text"`
	Published     *time.Time           `json:"published"`
	PublishedFrom string               `json:"published_from,omitempty"`
	Language      string               `json:"language"`
	Kind          string               `json:"kind"`
	Symbols       []string             `json:"symbols,omitempty"`
	Actors        []statement.Actor    `json:"actors"`
	Quotes        []statement.Quote    `json:"quotes"`
	Cues          []statement.Cue      `json:"cues"`
	Topics        []string             `json:"topics"`
	Evidence      []statement.Evidence `json:"evidence,omitempty"`
	Notes         []string             `json:"notes,omitempty"`
	Error         string               `json:"error,omitempty"`
}

// maxInspected bounds a file that is inspected, in bytes.
const maxInspected = 64 << 20

// Inspector looks at single files and pages with a configuration's actors and topics. It needs no server and keeps nothing.
type Inspector struct {
	cfg       *configs.Config
	registry  *registry.Registry
	reader    *indexer.Reader
	extractor *extract.Extractor
}

// NewInspector makes an Inspector, to be closed.
func NewInspector(cfg *configs.Config) (*Inspector, error) {
	reg, err := newRegistry(cfg)
	if err != nil {
		return nil, err
	}
	x := extract.New(extractOptions(cfg, slog.New(slog.DiscardHandler)))
	reader, err := newReader(cfg, reg, x)
	if err != nil {
		return nil, err
	}
	return &Inspector{cfg: cfg, registry: reg, reader: reader, extractor: x}, nil
}

// Inspect looks at a file, or at a page if target is an http address, which it fetches as the crawler would. address is where a file
// came from, source whose it is; both may be empty. What can't be read says so in Error.
func (i *Inspector) Inspect(ctx context.Context, target, address, source string) Inspection {
	out := Inspection{File: target, Actors: []statement.Actor{}, Quotes: []statement.Quote{}, Cues: []statement.Cue{}, Topics: []string{}}
	c, err := i.capture(ctx, target, address, source)
	if err == nil {
		err = i.read(ctx, c, &out)
	}
	if err != nil {
		out.Error = err.Error()
		if errors.Is(err, fs.ErrNotExist) {
			out.Error += ": check the path"
		}
	}
	return out
}

func (i *Inspector) read(ctx context.Context, c *statement.Capture, out *Inspection) error {
	s, notes, err := i.reader.Read(ctx, c)
	out.Notes = notes
	if err != nil {
		return err
	}
	out.URL, out.Title, out.Text, out.Published, out.PublishedFrom, out.Language, out.Kind = s.URL, s.Title, s.Text, s.Published, s.PublishedFrom, s.Language, s.Kind
	out.Symbols = s.Symbols
	out.TitleFrom, out.Author, out.AuthorFrom = s.TitleFrom, s.Author, s.AuthorFrom
	out.Actors, out.Topics, out.Evidence = append(out.Actors, s.Actors...), append(out.Topics, s.Topics...), s.Evidence
	out.Quotes, out.Cues = append(out.Quotes, s.Quotes...), append(out.Cues, s.Cues...)
	return nil
}

func (i *Inspector) capture(ctx context.Context, target, address, source string) (*statement.Capture, error) {
	if strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://") {
		return crawler.FetchOne(ctx, fetchOptions(i.cfg), target, source)
	}
	info, err := os.Stat(target)
	if err != nil {
		return nil, fault.As(fault.NotFound, err)
	}
	if info.Size() > maxInspected {
		return nil, fault.New(fault.TooLarge, fmt.Sprintf("%s has %d bytes, more than the %d that are read", target, info.Size(), maxInspected), "")
	}
	body, err := os.ReadFile(target)
	if err != nil {
		return nil, fault.As(fault.NotFound, err)
	}
	if address == "" {
		address = "https://inspected.invalid/" + filepath.Base(target)
	}
	now := time.Now().UTC()
	header := http.Header{}
	if kind := mime.TypeByExtension(filepath.Ext(target)); kind != "" {
		header.Set("Content-Type", kind)
	}
	return &statement.Capture{Version: statement.WireVersion, ID: statement.CaptureID(address, now), URL: address, Source: source, FetchedAt: now,
		Method: http.MethodGet, Status: http.StatusOK, Header: header, Body: body}, nil
}
