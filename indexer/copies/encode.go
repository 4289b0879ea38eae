package copies

import (
	"encoding/binary"
	"errors"
	"slices"
)

// formatVersion begins every encoded fingerprint; those of textsOnly have no symbols, issuers and anchors.
const (
	formatVersion = 2
	textsOnly     = 1
)

var errFormat = errors.New("not a fingerprint of this version")

// Append appends the encoded fingerprint, without its keys.
func (f *Fingerprint) Append(dst []byte) []byte {
	dst = append(dst, formatVersion)
	dst = binary.AppendUvarint(dst, uint64(f.Shingles))
	dst = binary.AppendUvarint(dst, uint64(f.Signed))
	dst = append(dst, byte(f.Under>>16), byte(f.Under>>8), byte(f.Under))
	for _, list := range f.lists() {
		dst = binary.AppendUvarint(dst, uint64(len(*list)))
		for _, h := range *list {
			dst = append(dst, byte(h>>16), byte(h>>8), byte(h))
		}
	}
	return dst
}

func (f *Fingerprint) lists() []*[]uint32 {
	return []*[]uint32{&f.Sample, &f.Numbers, &f.Title, &f.Signers, &f.Symbols, &f.Issuers, &f.Anchors}
}

// Decode reads an encoded fingerprint.
func Decode(src []byte) (Fingerprint, error) {
	var f Fingerprint
	if len(src) < 1 || src[0] != formatVersion && src[0] != textsOnly {
		return f, errFormat
	}
	lists := f.lists()
	if src[0] == textsOnly {
		lists = lists[:4]
	}
	src = src[1:]
	for _, n := range []*int{&f.Shingles, &f.Signed} {
		v, size := binary.Uvarint(src)
		if size <= 0 {
			return f, errFormat
		}
		*n, src = int(v), src[size:]
	}
	if len(src) < 3 {
		return f, errFormat
	}
	f.Under, src = hash24(src), src[3:]
	for _, list := range lists {
		n, size := binary.Uvarint(src)
		if size <= 0 || n > uint64(len(src)-size)/3 {
			return f, errFormat
		}
		src = src[size:]
		*list = slices.Grow(*list, int(n))
		for range n {
			*list = append(*list, hash24(src))
			src = src[3:]
		}
	}
	return f, nil
}

func hash24(b []byte) uint32 { return uint32(b[0])<<16 | uint32(b[1])<<8 | uint32(b[2]) }
