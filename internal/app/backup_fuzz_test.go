package app

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"testing"

	"rostrum/internal/fault"
)

// FuzzCheckBackup reads anything as a backup: it ends, and what is none is refused with a reason.
func FuzzCheckBackup(f *testing.F) {
	var whole bytes.Buffer
	w, err := newBackupWriter(&whole, &Backup{Format: backupFormat})
	if err != nil {
		f.Fatal(err)
	}
	if err := w.json("settings.json", map[string]string{"a": "b"}); err != nil {
		f.Fatal(err)
	}
	if err := w.close(); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add(whole.Bytes()[:whole.Len()/2])
	var foreign bytes.Buffer
	tw := tar.NewWriter(&foreign)
	head, _ := json.Marshal(Backup{Format: backupFormat})
	_ = tw.WriteHeader(&tar.Header{Name: backupHead, Size: int64(len(head)), Typeflag: tar.TypeReg})
	_, _ = tw.Write(head)
	_ = tw.WriteHeader(&tar.Header{Name: "../../etc/passwd", Linkname: "/", Typeflag: tar.TypeSymlink})
	_ = tw.Close()
	f.Add(foreign.Bytes())
	f.Fuzz(func(t *testing.T, in []byte) {
		if _, err := CheckBackup(bytes.NewReader(in), func(int64) {}); err != nil && fault.KindOf(err) != fault.Invalid {
			t.Errorf("%v is %v, not what a bad file is", err, fault.KindOf(err))
		}
	})
}
