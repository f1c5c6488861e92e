package runfolder

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/glia-sim/glia/experiments"
)

// Files of a run that can be resumed, in the folder checkpointDir.
const (
	checkpointDir  = "checkpoint"
	latestFile     = "latest"   // the last checkpoint
	previousFile   = "previous" // the one before it
	stagePrefix    = "stage-"
	checkpointMark = "glia checkpoint 1\n" // begins each of them; the number is that of the format
	maxHeader      = 64 << 20
)

// identity says what run a checkpoint belongs to.
type identity struct {
	Experiment string         `json:"experiment"`
	Parameters map[string]any `json:"parameters"`
	Seed       uint64         `json:"seed"`
	Version    string         `json:"version"`
	Data       string         `json:"data,omitempty"`
	Kind       string         `json:"kind"` // "checkpoint", or "stage" and its name
}

func identityOf(m Manifest, kind string) identity {
	return identity{Experiment: m.Experiment, Parameters: m.Parameters, Seed: m.Seed, Version: m.Version, Data: m.DataStamp, Kind: kind}
}

// CheckpointError says that a checkpoint cannot be used.
type CheckpointError struct {
	Path   string
	Reason string
}

// Error names the file and the reason.
func (e *CheckpointError) Error() string { return e.Path + " " + e.Reason }

// sealed writes the mark, the identity, a body and the SHA-256 of all that.
func sealed(w io.Writer, id identity, body func(io.Writer) error) error {
	out := bufio.NewWriterSize(w, 1<<16)
	sum := sha256.New()
	both := io.MultiWriter(out, sum)
	head, err := json.Marshal(id)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(both, checkpointMark); err != nil {
		return err
	}
	if err := writeBlock(both, head); err != nil {
		return err
	}
	if err := body(both); err != nil {
		return err
	}
	if _, err := out.Write(sum.Sum(nil)); err != nil {
		return err
	}
	return out.Flush()
}

func writeBlock(w io.Writer, b []byte) error {
	if _, err := w.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(b)))); err != nil {
		return err
	}
	_, err := w.Write(b)
	return err
}

// readBlock takes a block off the front of what is left of a file.
func readBlock(r *io.SectionReader, at int64) (block []byte, next int64, err error) {
	var n [8]byte
	if _, err := r.ReadAt(n[:], at); err != nil {
		return nil, 0, errShort
	}
	size := binary.LittleEndian.Uint64(n[:])
	if size > maxHeader || int64(size) > r.Size()-at-8 {
		return nil, 0, errShort
	}
	block = make([]byte, size)
	if _, err := r.ReadAt(block, at+8); err != nil {
		return nil, 0, errShort
	}
	return block, at + 8 + int64(size), nil
}

var errShort = errors.New("is damaged: its parts do not fit its length")

// unsealed checks seal and identity of a file of the given size and gives the place of its body.
func unsealed(file io.ReaderAt, size int64, want identity) (body *io.SectionReader, err error) {
	mark := make([]byte, min(int64(len(checkpointMark)), size))
	if _, err := file.ReadAt(mark, 0); err != nil && err != io.EOF {
		return nil, reason(err)
	}
	switch {
	case strings.HasPrefix(checkpointMark, string(mark)): // all of it, or what was left
	case bytes.HasPrefix(mark, []byte("glia checkpoint ")):
		return nil, errors.New("has the format of another version of glia")
	default:
		return nil, errors.New("is no checkpoint of glia")
	}
	if size < int64(len(checkpointMark)+sha256.Size) {
		return nil, errors.New("is truncated")
	}
	all := io.NewSectionReader(file, 0, size-sha256.Size)
	sum := sha256.New()
	if _, err := io.Copy(sum, all); err != nil {
		return nil, err
	}
	seal := make([]byte, sha256.Size)
	if _, err := file.ReadAt(seal, all.Size()); err != nil {
		return nil, errors.New("is truncated")
	}
	if !bytes.Equal(sum.Sum(nil), seal) {
		return nil, errors.New("is damaged: its checksum is wrong")
	}
	head, at, err := readBlock(all, int64(len(checkpointMark)))
	if err != nil {
		return nil, err
	}
	var id identity
	if err := json.Unmarshal(head, &id); err != nil {
		return nil, errShort
	}
	if err := want.compare(id); err != nil {
		return nil, err
	}
	return io.NewSectionReader(file, at, all.Size()-at), nil
}

// compare says in what another identity differs.
func (id identity) compare(other identity) error {
	a, err := json.Marshal(id.Parameters)
	if err != nil {
		return err
	}
	b, err := json.Marshal(other.Parameters)
	if err != nil {
		return err
	}
	switch {
	case id.Kind != other.Kind:
		return fmt.Errorf("is not what its name says but a %q", other.Kind)
	case id.Version != other.Version:
		return fmt.Errorf("was written by glia %s, the run by %s", other.Version, id.Version)
	case id.Data != other.Data:
		return errors.New("belongs to other files of the data set")
	case id.Experiment != other.Experiment || id.Seed != other.Seed || !bytes.Equal(a, b):
		return fmt.Errorf("belongs to another run: %s with seed %d and its own parameters", other.Experiment, other.Seed)
	}
	return nil
}

func (f *Folder) checkpointPath(name string) string {
	return filepath.Join(f.dir, checkpointDir, name)
}

// atomically writes a file of the checkpoint folder so that it is there as a whole or not at all.
func (f *Folder) atomically(name string, kind string, body func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Join(f.dir, checkpointDir), 0o777); err != nil {
		return f.diskError("a checkpoint", err)
	}
	path := f.checkpointPath(name)
	partial := f.checkpointPath("." + name + ".partial")
	file, err := os.Create(partial)
	if err != nil {
		return f.diskError("a checkpoint", err)
	}
	err = sealed(f.o.on(file), identityOf(f.manifest, kind), body)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil && name == latestFile {
		err = ignoreMissing(os.Rename(path, f.checkpointPath(previousFile)))
	}
	if err == nil {
		err = os.Rename(partial, path)
	}
	if err != nil {
		return errors.Join(f.diskError("a checkpoint", err), ignoreMissing(os.Remove(partial)))
	}
	syncDir(filepath.Join(f.dir, checkpointDir))
	return nil
}

// syncDir makes a rename last through a crash of the machine, where the system can.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync() // some systems refuse this; the rename is atomic all the same
		d.Close()
	}
}

// WriteCheckpoint keeps a checkpoint and the one before it. The spikes that it counts on are on the disk
// before.
func (f *Folder) WriteCheckpoint(c *experiments.Checkpoint, state func(io.Writer) error) error {
	if err := f.spikes.sync(); err != nil {
		return f.diskError("spikes", err)
	}
	return f.atomically(latestFile, "checkpoint", func(w io.Writer) error {
		var b bytes.Buffer
		if err := gob.NewEncoder(&b).Encode(c); err != nil {
			return err
		}
		if err := writeBlock(w, b.Bytes()); err != nil {
			return err
		}
		return state(w)
	})
}

// WriteStage keeps the result of a stage.
func (f *Folder) WriteStage(name string, result []byte) error {
	return f.atomically(stagePrefix+url.PathEscape(name), "stage "+name, func(w io.Writer) error {
		_, err := w.Write(result)
		return err
	})
}

// ReadStage gives the result of a stage that was kept, nil if there is none. The error is a *CheckpointError
// if it is damaged.
func (f *Folder) ReadStage(name string) ([]byte, error) {
	file, err := os.Open(f.checkpointPath(stagePrefix + url.PathEscape(name)))
	if err != nil {
		return nil, ignoreMissing(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	body, err := unsealed(file, info.Size(), identityOf(f.manifest, "stage "+name))
	if err != nil {
		return nil, &CheckpointError{file.Name(), err.Error()}
	}
	return io.ReadAll(body)
}

// readCheckpoint reads one of the generations. The spikes of the folder must be those it counts on.
func (f *Folder) readCheckpoint(name string) (*experiments.Checkpoint, error) {
	path := f.checkpointPath(name)
	fail := func(err error) (*experiments.Checkpoint, error) {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return nil, &CheckpointError{path, err.Error()}
	}
	file, err := os.Open(path)
	if err != nil {
		return fail(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fail(err)
	}
	body, err := unsealed(file, info.Size(), identityOf(f.manifest, "checkpoint"))
	if err != nil {
		return fail(err)
	}
	c, at, err := parseCheckpoint(body)
	if err != nil {
		return fail(err)
	}
	if err := checkSpikes(filepath.Join(f.dir, partialSpikes), c.Spikes); err != nil {
		return fail(err)
	}
	offset := info.Size() - sha256.Size - body.Size() + at
	c.Network = func() (io.ReadCloser, error) {
		again, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		return struct {
			io.Reader
			io.Closer
		}{bufio.NewReaderSize(io.NewSectionReader(again, offset, body.Size()-at), 1<<16), again}, nil
	}
	return c, nil
}

// parseCheckpoint reads what stands before the state of the network, and where that begins.
func parseCheckpoint(body *io.SectionReader) (*experiments.Checkpoint, int64, error) {
	b, at, err := readBlock(body, 0)
	if err != nil {
		return nil, 0, err
	}
	var c experiments.Checkpoint
	if err := gob.NewDecoder(bytes.NewReader(b)).Decode(&c); err != nil {
		return nil, 0, fmt.Errorf("cannot be read: %w", err)
	}
	if c.Step < 0 || c.Spikes.Written < 0 {
		return nil, 0, errShort
	}
	return &c, at, nil
}

// checkSpikes makes sure that a file begins with the spikes that a checkpoint counts on.
func checkSpikes(path string, p experiments.SpikePosition) error {
	file, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("counts on %d spikes in %s, which cannot be read: %w", p.Written, path, reason(err))
	}
	defer file.Close()
	var sum hash.Hash = sha256.New()
	n, err := io.Copy(sum, io.LimitReader(file, p.Written*experiments.SpikeRecordSize))
	if err != nil {
		return err
	}
	if n < p.Written*experiments.SpikeRecordSize {
		return fmt.Errorf("counts on %d spikes in %s, which holds %d", p.Written, path, n/experiments.SpikeRecordSize)
	}
	digest, err := experiments.MarshalDigest(sum)
	if err != nil {
		return err
	}
	if !bytes.Equal(digest, p.Digest) {
		return fmt.Errorf("counts on other spikes than those in %s", path)
	}
	return nil
}

// removeCheckpoints deletes what resuming needs.
func removeCheckpoints(dir string) error {
	entries, err := os.ReadDir(filepath.Join(dir, checkpointDir))
	if err != nil {
		return ignoreMissing(err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(strings.TrimPrefix(e.Name(), "."), ".partial")
		if isKept(name) {
			if err := os.Remove(filepath.Join(dir, checkpointDir, e.Name())); err != nil {
				return err
			}
		}
	}
	// Files that glia did not write keep the folder alive.
	_ = os.Remove(filepath.Join(dir, checkpointDir))
	return nil
}
