package runfolder

import (
	"archive/zip"
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/glia-sim/glia/experiments"
)

// partialSpikes holds the spikes of a run that has not ended.
const partialSpikes = "spikes.partial"

// spikeWriter streams spikes to disk as fixed-size records and turns them into
// a numpy archive at the end. An .npz file wants each array by itself and its
// length first; both are known only then. Memory use does not grow with the
// number of spikes.
type spikeWriter struct {
	file   *os.File
	buffer *bufio.Writer
	record []byte
	count  int64
}

func newSpikeWriter(dir string) (*spikeWriter, error) {
	file, err := os.Create(filepath.Join(dir, partialSpikes))
	if err != nil {
		return nil, err
	}
	return &spikeWriter{file: file, buffer: bufio.NewWriterSize(file, 1<<16)}, nil
}

func (w *spikeWriter) write(spikes []experiments.Spike) error {
	for _, s := range spikes {
		w.record = experiments.AppendSpikeRecord(w.record[:0], s)
		if _, err := w.buffer.Write(w.record); err != nil {
			return err
		}
		w.count++
	}
	return nil
}

// writeArchive writes the .npz file: a zip archive of two .npy arrays.
func (w *spikeWriter) writeArchive(out io.Writer) error {
	if err := w.buffer.Flush(); err != nil {
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
	if _, err := w.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	in := bufio.NewReaderSize(w.file, 1<<16)
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

// close ends the stream; the records are removed once the archive has them.
func (w *spikeWriter) close(remove bool) error {
	err := w.file.Close()
	if remove {
		err = errors.Join(err, os.Remove(w.file.Name()))
	}
	return err
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
