package runfolder

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/glia-sim/glia/experiments"
)

// partialSpikes holds the spikes of a run that is not complete.
const partialSpikes = "spikes.partial"

// flushInterval is the longest time for which spikes wait in memory: what a killed process loses.
const flushInterval = time.Second

// spikeWriter streams spikes to disk as fixed-size records and turns them into
// a numpy archive at the end. An .npz file wants each array by itself and its
// length first; both are known only then. Memory use does not grow with the
// number of spikes.
type spikeWriter struct {
	mu     sync.Mutex // the writer against the flushes on time
	file   *os.File
	buffer *bufio.Writer
	record []byte
	count  int64
	closed chan struct{}
}

func newSpikeWriter(dir string, o Options) (*spikeWriter, error) {
	file, err := os.Create(filepath.Join(dir, partialSpikes))
	if err != nil {
		return nil, err
	}
	// Nobody else has a file just made, and where locks are missing a run goes on without.
	_ = lock(file)
	return openSpikeWriter(file, 0, o)
}

// openSpikeWriter goes on after the first count records of a file.
func openSpikeWriter(file *os.File, count int64, o Options) (*spikeWriter, error) {
	if _, err := file.Seek(count*experiments.SpikeRecordSize, io.SeekStart); err != nil {
		return nil, err
	}
	w := &spikeWriter{file: file, buffer: bufio.NewWriterSize(o.on(file), 1<<16), count: count, closed: make(chan struct{})}
	go w.flushOnTime()
	return w, nil
}

func (w *spikeWriter) flushOnTime() {
	tick := time.NewTicker(flushInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_ = w.flush() // the buffer remembers an error and gives it to the next write
		case <-w.closed:
			return
		}
	}
}

func (w *spikeWriter) flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buffer.Flush()
}

// sync makes sure that the spikes written so far outlast a crash of the machine.
func (w *spikeWriter) sync() error {
	if err := w.flush(); err != nil {
		return err
	}
	return w.file.Sync()
}

func (w *spikeWriter) write(spikes []experiments.Spike) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range spikes {
		w.record = experiments.AppendSpikeRecord(w.record[:0], s)
		if _, err := w.buffer.Write(w.record); err != nil {
			return err
		}
		w.count++
	}
	return nil
}

// read visits records from to to-1.
func (w *spikeWriter) read(from, to int64, visit func([]experiments.Spike) error) error {
	if err := w.flush(); err != nil {
		return err
	}
	const size = experiments.SpikeRecordSize
	in := bufio.NewReaderSize(io.NewSectionReader(w.file, from*size, (to-from)*size), 1<<16)
	var record [size]byte
	batch := make([]experiments.Spike, 0, 4096)
	for k := from; k < to; k++ {
		if _, err := io.ReadFull(in, record[:]); err != nil {
			return fmt.Errorf("%s ends after %d of %d spikes: %w", partialSpikes, k, to, err)
		}
		batch = append(batch, experiments.ParseSpikeRecord(record[:]))
		if len(batch) == cap(batch) || k == to-1 {
			if err := visit(batch); err != nil {
				return err
			}
			batch = batch[:0]
		}
	}
	return nil
}

// writeArchive writes the .npz file: a zip archive of two .npy arrays.
func (w *spikeWriter) writeArchive(out io.Writer) error {
	if err := w.flush(); err != nil {
		return err
	}
	archive := zip.NewWriter(out)
	columns := []struct {
		name, dtype string
		from, to    int // bytes of the record
	}{{"times_ms", "<f8", 0, 8}, {"ids", "<u4", 8, experiments.SpikeRecordSize}}
	for _, c := range columns {
		// Stored, not deflated, as numpy.savez does: opening stays instant.
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: c.name + ".npy", Method: zip.Store})
		if err != nil {
			return err
		}
		column := bufio.NewWriterSize(entry, 1<<16)
		if _, err := column.Write(npyHeader(c.dtype, w.count)); err != nil {
			return err
		}
		if err := w.copyColumn(column, c.from, c.to); err != nil {
			return err
		}
		if err := column.Flush(); err != nil {
			return err
		}
	}
	return archive.Close()
}

// copyColumn copies bytes [from, to) of every record.
func (w *spikeWriter) copyColumn(out io.Writer, from, to int) error {
	in := bufio.NewReaderSize(io.NewSectionReader(w.file, 0, w.count*experiments.SpikeRecordSize), 1<<16)
	record := make([]byte, experiments.SpikeRecordSize)
	for i := int64(0); i < w.count; i++ {
		if _, err := io.ReadFull(in, record); err != nil {
			return fmt.Errorf("%s ends after %d of %d spikes: %w", partialSpikes, i, w.count, err)
		}
		if _, err := out.Write(record[from:to]); err != nil {
			return err
		}
	}
	return nil
}

// close ends the stream. The records are removed once the archive has them and nobody will go on with them.
func (w *spikeWriter) close(remove bool) error {
	close(w.closed)
	err := w.file.Close()
	if remove {
		err = errors.Join(err, os.Remove(w.file.Name()))
	}
	return err
}

// ExportSpikes writes what a run has recorded so far as a numpy archive, and gives the number of spikes. The run
// may be killed, stopped or still going on.
func ExportSpikes(dir, to string) (int64, error) {
	file, err := os.Open(filepath.Join(dir, partialSpikes))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(dir, SpikesFile)); err == nil {
			return 0, fmt.Errorf("the run in %s has its spikes in %s already", dir, filepath.Join(dir, SpikesFile))
		}
		return 0, fmt.Errorf("%s holds no spikes of a run", dir)
	}
	if err != nil {
		return 0, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	// A process that is killed may leave half a record at the end.
	w := &spikeWriter{file: file, buffer: bufio.NewWriter(io.Discard), count: info.Size() / experiments.SpikeRecordSize}
	out := &Folder{dir: filepath.Dir(to)}
	if err := out.writeFile(filepath.Base(to), w.writeArchive); err != nil {
		return 0, fmt.Errorf("cannot write %s: %w", to, reason(err))
	}
	return w.count, nil
}

// npyHeader returns the header of a one-dimensional array in version 1.0 of the
// .npy format: magic, version, length of the description, description padded
// with spaces so that the data begin at a multiple of 64 bytes.
func npyHeader(dtype string, n int64) []byte {
	const align, before = 64, 10
	description := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%d,), }", dtype, n)
	padding := align - (before+len(description)+1)%align
	description += strings.Repeat(" ", padding%align) + "\n"
	header := append([]byte("\x93NUMPY"), 1, 0)
	header = binary.LittleEndian.AppendUint16(header, uint16(len(description)))
	return append(header, description...)
}
