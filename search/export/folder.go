package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"

	"rostrum/internal/durable"
)

// Folder is a folder of the server to which exports are brought.
type Folder struct{ dir string }

// NewFolder makes the folder dir when the first file is brought.
func NewFolder(dir string) Folder { return Folder{dir} }

// Put implements Target. Nothing outside of the folder can be reached, by links neither.
func (f Folder) Put(ctx context.Context, folder, name, file string) (err error) {
	if err := os.MkdirAll(f.dir, 0o750); err != nil {
		return err
	}
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if folder != "" {
		if err := root.MkdirAll(folder, 0o750); err != nil {
			return err
		}
	}
	at := path.Join(folder, name)
	if err := copyInto(ctx, root, at+".part", file); err != nil {
		return errors.Join(err, ignoreMissing(root.Remove(at+".part")))
	}
	if err := root.Rename(at+".part", at); err != nil {
		return err
	}
	return errors.Join(durable.SyncDir(filepath.Join(f.dir, folder)), durable.SyncDir(f.dir))
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func copyInto(ctx context.Context, root *os.Root, at, file string) error {
	in, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("open export: %w", err)
	}
	defer in.Close()
	out, err := root.OpenFile(at, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, &until{ctx, in})
	if err == nil {
		err = out.Sync()
	}
	return errors.Join(err, out.Close())
}

// until reads as long as ctx lasts.
type until struct {
	ctx context.Context
	in  io.Reader
}

// Read implements io.Reader.
func (u *until) Read(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.in.Read(b)
}

// copyFile copies a file, whole or not at all.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("open %s: %w", from, err)
	}
	defer in.Close()
	return durable.Write(to, 0o600, func(w io.Writer) error {
		_, err := io.Copy(w, in)
		return err
	})
}
