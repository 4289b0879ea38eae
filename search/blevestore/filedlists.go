package blevestore

import (
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"sync"
)

// What is packed of the common words of a segment lies in a section of its column file, list after list, with an index by term beside it. A section
// is as large as all its lists, a hundred megabytes in a segment of 100,000 speeches, of which a search reads one or two: each list has a sum of its
// own, and is checked when it is first read.

// listPlace says where the list of a term is within its section.
type listPlace struct {
	At    int    `json:"at"`
	Bytes int    `json:"bytes"`
	Docs  int    `json:"docs"`
	Sum   uint32 `json:"sum"` // CRC-32C
}

// lists writes the list of each term, as pack does, which says of how many documents it is, and the index. A term for which pack writes nothing has
// no list.
func (w *columnWriter) lists(section, index string, terms []string, stop <-chan struct{}, pack func(out io.Writer, term string) (docs int, err error)) (map[string]listPlace, error) {
	places := make(map[string]listPlace, len(terms))
	w.section(section, func(out io.Writer) error {
		at := 0
		for _, term := range terms {
			select {
			case <-stop:
				return errStopped
			default:
			}
			list := &listWriter{out: out}
			docs, err := pack(list, term)
			if err != nil {
				return err
			}
			if list.bytes > 0 {
				places[term] = listPlace{At: at, Bytes: list.bytes, Docs: docs, Sum: list.sum}
			}
			at += list.bytes
		}
		return nil
	})
	body, err := json.Marshal(places)
	w.bytes(index, body)
	return places, err
}

// listWriter counts and sums what is written of one list.
type listWriter struct {
	out   io.Writer
	bytes int
	sum   uint32
}

func (l *listWriter) Write(b []byte) (int, error) {
	l.bytes += len(b)
	l.sum = crc32.Update(l.sum, castagnoli, b)
	return l.out.Write(b)
}

// filedLists are the lists of one section or more, by term.
type filedLists map[string]func() []byte

// read adds the lists of a section.
func (l filedLists) read(f *columnFile, section, index string) error {
	body, err := f.section(index)
	if err != nil {
		return err
	}
	data, err := f.unchecked(section)
	if err != nil {
		return err
	}
	var places map[string]listPlace
	if err := json.Unmarshal(body, &places); err != nil {
		return fmt.Errorf("read %s: %w", index, err)
	}
	for term, at := range places {
		if at.At < 0 || at.Bytes < 0 || at.At > len(data) || at.Bytes > len(data)-at.At {
			return errColumnFile
		}
		list := data[at.At : at.At+at.Bytes : at.At+at.Bytes]
		l[term] = sync.OnceValue(func() []byte {
			if crc32.Checksum(list, castagnoli) != at.Sum {
				return nil
			}
			return list
		})
	}
	return nil
}

// get gives the list of a term; nil where none is filed, or what is filed is damaged.
func (l filedLists) get(term string) []byte {
	list, ok := l[term]
	if !ok {
		return nil
	}
	return list()
}
