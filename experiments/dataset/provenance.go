package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// provenanceFile lies beside the IDX files of generated digits and says how
// they came about. IDX itself has no place for it, and without it the digits
// could be taken for a real set.
const provenanceFile = "generated-digits.json"

type provenance struct {
	Name      string            `json:"name"`
	Generated bool              `json:"generated"`
	Seed      uint64            `json:"seed,string"` // as text: JSON numbers are exact to 2^53 only
	Version   int               `json:"generator_version"`
	Train     int               `json:"train"`
	Test      int               `json:"test"`
	SHA256    map[string]string `json:"sha256"` // of the uncompressed files, by standard name
}

// readProvenance is nil without an error if the directory has no such file.
func readProvenance(dir string) (*provenance, error) {
	path := filepath.Join(dir, provenanceFile)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, systemError(path, err)
	}
	var p provenance
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, fileErrorf(path, fs.ErrInvalid, "delete it, unless the IDX files beside it are generated digits: then delete those as well and generate them again", "cannot be understood: %v", err)
	}
	return &p, nil
}

func writeProvenance(dir string, p provenance) error {
	raw, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	return writeAtomic(filepath.Join(dir, provenanceFile), func(w io.Writer) error {
		_, err := w.Write(append(raw, '\n'))
		return err
	})
}

// contentSum is a running SHA-256 sum.
type contentSum struct{ hash.Hash }

func newSum() contentSum { return contentSum{sha256.New()} }

func (s contentSum) hex() string { return hex.EncodeToString(s.Sum(nil)) }
