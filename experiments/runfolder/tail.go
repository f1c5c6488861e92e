package runfolder

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/glia-sim/glia/experiments"
)

// Tail reads the spikes of a run folder while another process writes them.
type Tail struct {
	dir  string
	read int64 // spikes
}

// NewTail begins to read the spikes of a run folder.
func NewTail(dir string) *Tail { return &Tail{dir: dir} }

// tailBatch is the number of spikes of one visit.
const tailBatch = 1 << 13

// Next visits the spikes that were written since the last call, in batches, the last ones at most if there
// are more than a limit. The slice is valid during the visit only. A folder that has no spikes yet is no
// error.
func (t *Tail) Next(limit int64, visit func([]experiments.Spike)) error {
	err := t.partial(limit, visit)
	if errors.Is(err, fs.ErrNotExist) {
		err = t.archive(limit, visit)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// partial reads the records of a run that has not ended. The last one may be half there.
func (t *Tail) partial(limit int64, visit func([]experiments.Spike)) error {
	file, err := os.Open(filepath.Join(t.dir, partialSpikes))
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	const size = experiments.SpikeRecordSize
	return t.records(info.Size()/size, limit, visit, func(b []byte, from int64) error {
		_, err := file.ReadAt(b, from*size)
		return err
	})
}

// records visits records from the position on, as read gives them: the bytes from a record on.
func (t *Tail) records(n, limit int64, visit func([]experiments.Spike), read func(b []byte, from int64) error) error {
	t.read = max(t.read, n-limit)
	const size = experiments.SpikeRecordSize
	var spikes []experiments.Spike
	for t.read < n {
		b := make([]byte, size*min(tailBatch, n-t.read))
		if err := read(b, t.read); err != nil {
			return err
		}
		spikes = spikes[:0]
		for r := b; len(r) > 0; r = r[size:] {
			spikes = append(spikes, experiments.ParseSpikeRecord(r[:size]))
		}
		t.read += int64(len(spikes))
		visit(spikes)
	}
	return nil
}

// archive reads spikes.npz of a run that has ended.
func (t *Tail) archive(limit int64, visit func([]experiments.Spike)) error {
	path := filepath.Join(t.dir, SpikesFile)
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	archive, err := zip.NewReader(file, info.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	times, n, err := column(archive, file, "times_ms.npy", 8)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	ids, m, err := column(archive, file, "ids.npy", 4)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if n != m {
		return fmt.Errorf("%s: %d times but %d neuron indices", path, n, m)
	}
	return t.records(n, limit, visit, func(b []byte, from int64) error {
		k := len(b) / experiments.SpikeRecordSize
		at, id := make([]byte, 8*k), make([]byte, 4*k)
		if _, err := times.ReadAt(at, 8*from); err != nil {
			return err
		}
		if _, err := ids.ReadAt(id, 4*from); err != nil {
			return err
		}
		for i := range k {
			record := b[i*experiments.SpikeRecordSize:]
			copy(record, at[8*i:8*i+8])
			copy(record[8:], id[4*i:4*i+4])
		}
		return nil
	})
}

// column finds the numbers of an array, which is stored as it is, and how many there are.
func column(archive *zip.Reader, file io.ReaderAt, name string, width int64) (io.ReaderAt, int64, error) {
	for _, f := range archive.File {
		if f.Name != name {
			continue
		}
		start, err := f.DataOffset()
		if err != nil || f.Method != zip.Store {
			return nil, 0, errors.Join(fmt.Errorf("%s is not stored as glia stores it", name), err)
		}
		size := int64(f.UncompressedSize64)
		var head [10]byte
		if _, err := file.ReadAt(head[:], start); err != nil || string(head[:8]) != "\x93NUMPY\x01\x00" {
			return nil, 0, fmt.Errorf("%s is no array of version 1.0", name)
		}
		header := 10 + int64(binary.LittleEndian.Uint16(head[8:]))
		if size < header {
			return nil, 0, fmt.Errorf("%s ends inside its header", name)
		}
		return io.NewSectionReader(file, start+header, size-header), (size - header) / width, nil
	}
	return nil, 0, fmt.Errorf("no %s in it", name)
}
