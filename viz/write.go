package viz

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Renderer is what can be drawn: all figures and the report.
type Renderer interface {
	// Render writes the whole document. After an error the output is
	// incomplete.
	Render(w io.Writer) error
}

// WriteFile renders f into the file path. The file appears only when it is
// complete: a failed attempt leaves what was there before.
func WriteFile(path string, f Renderer) (err error) {
	if f == nil {
		return errors.New("viz: WriteFile needs a figure, got nil")
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return fmt.Errorf("viz: writing %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			tmp.Close()
			os.Remove(tmp.Name())
		}
	}()
	if err = f.Render(tmp); err != nil {
		return err
	}
	// Temporary files are private; figures are for everyone.
	if err = tmp.Chmod(0o644); err == nil {
		if err = tmp.Sync(); err == nil {
			err = tmp.Close()
		}
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("viz: writing %s: %w", path, err)
	}
	return nil
}
