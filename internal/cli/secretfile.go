package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mongotls/mongotls/internal/keyfile"
)

// inFolder puts files into a folder.
func inFolder(dir string, files []keyfile.Named) []keyfile.Named {
	for i := range files {
		files[i].Name = filepath.Join(dir, files[i].Name)
	}
	return files
}

// writeSecrets writes files that only their owner can read. Without force it
// replaces none, and writes none if one of them is there already.
func writeSecrets(files []keyfile.Named, dir string, force bool) error {
	if dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return usagef("check the folder and its permissions", "making the folder %s: %v", dir, reason(err))
		}
	}
	for _, f := range files {
		if _, err := os.Lstat(f.Name); !errors.Is(err, fs.ErrNotExist) && !force {
			return usagef("name another, or add --force", "%s is there already", f.Name)
		}
	}
	for _, f := range files {
		if err := writeSecret(f.Name, f.Content, force); err != nil {
			return usagef("check the folder and its permissions", "writing %s: %v", f.Name, reason(err))
		}
	}
	return nil
}

// writeSecret writes a file that is not readable by others at any time. With
// force it is replaced whole or not at all; without, it must be new.
func writeSecret(path string, content []byte, force bool) error {
	f, err := newSecret(path, force)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Close()); err == nil && force {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// newSecret opens the file to write, or, where that replaces another, one beside
// it.
func newSecret(path string, force bool) (*os.File, error) {
	if force {
		return os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // mode 0600
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}
