package forecast

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// Bounds of a table; beyond them ReadCSV refuses.
const (
	MaxColumns = 10000
	MaxValues  = 1 << 27 // rows times columns: 1 GB
	maxLine    = 1 << 24 // bytes
)

// Table is a series of named columns.
type Table struct {
	Names  []string
	Values *mat.Dense // rows x columns
}

// Rows is the number of rows.
func (t *Table) Rows() int { r, _ := t.Values.Dims(); return r }

// CSVError says where a table cannot be read, and why.
type CSVError struct {
	Line   int    // of the file, from 1; 0 for the whole
	Column string // name from the header, or its number; empty for the whole line
	Reason string
}

// Error gives the place and the reason.
func (e *CSVError) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d, ", e.Line)
	}
	if e.Column != "" {
		fmt.Fprintf(&b, "column %s, ", e.Column)
	}
	return strings.TrimSuffix(b.String(), ", ") + map[bool]string{true: ": "}[b.Len() > 0] + e.Reason
}

// ReadCSV reads a table: a header of distinct names, then rows of finite numbers with a point. Fields are separated by
// commas, semicolons or tabs, whichever the header has; empty lines are passed over. The error is a *CSVError that
// names line and column, or the reader's.
func ReadCSV(r io.Reader) (*Table, error) {
	in := bufio.NewReaderSize(&lineLimit{r: r}, 1<<16)
	if mark, err := in.Peek(3); err == nil && bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3) // the mark that spreadsheets put before UTF-8; it was just seen
	}
	c := csv.NewReader(in)
	c.FieldsPerRecord, c.ReuseRecord, c.TrimLeadingSpace = -1, true, true
	if head, _ := in.Peek(1 << 15); len(head) > 0 {
		head, _, _ = bytes.Cut(head, []byte("\n"))
		for _, separator := range ";\t" {
			if !bytes.ContainsRune(head, ',') && bytes.ContainsRune(head, separator) {
				c.Comma = separator
			}
		}
	}
	header, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil, &CSVError{Reason: "the file is empty; want a header of column names and rows of numbers"}
	}
	if err != nil {
		return nil, syntax(err)
	}
	t := &Table{}
	if t.Names, err = names(header, c); err != nil {
		return nil, err
	}
	var values []float64
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, syntax(err)
		}
		line, _ := c.FieldPos(0)
		if len(row) != len(t.Names) {
			return nil, &CSVError{Line: line, Reason: fmt.Sprintf("%d fields, but the header has %d columns", len(row), len(t.Names))}
		}
		if len(values)+len(row) > MaxValues {
			return nil, &CSVError{Line: line, Reason: fmt.Sprintf("more than %d values; give fewer rows or columns", MaxValues)}
		}
		for k, field := range row {
			field = strings.TrimSpace(field)
			x, err := strconv.ParseFloat(field, 64)
			switch {
			case field == "":
				return nil, &CSVError{line, t.Names[k], "no value; fill gaps or leave out the rows before reading"}
			case err != nil && math.IsInf(x, 0):
				return nil, &CSVError{line, t.Names[k], fmt.Sprintf("%s is too large", field)}
			case err != nil:
				return nil, &CSVError{line, t.Names[k], fmt.Sprintf("%q is not a number", clip(field))}
			case math.IsNaN(x) || math.IsInf(x, 0):
				return nil, &CSVError{line, t.Names[k], fmt.Sprintf("%s is not a finite number", field)}
			}
			values = append(values, x)
		}
	}
	if len(values) == 0 {
		return nil, &CSVError{Reason: "a header without rows of numbers"}
	}
	t.Values = mat.NewDense(len(values)/len(t.Names), len(t.Names), values)
	return t, nil
}

// names checks the header.
func names(header []string, c *csv.Reader) ([]string, error) {
	line, _ := c.FieldPos(0)
	if len(header) > MaxColumns {
		return nil, &CSVError{Line: line, Reason: fmt.Sprintf("%d columns, more than %d", len(header), MaxColumns)}
	}
	out := make([]string, len(header))
	seen := map[string]bool{}
	numbers := 0
	for k, name := range header {
		name = strings.TrimSpace(name)
		if name == "" {
			return nil, &CSVError{line, strconv.Itoa(k + 1), "a column without a name in the header"}
		}
		if seen[name] {
			return nil, &CSVError{line, clip(name), "the name stands twice in the header"}
		}
		if _, err := strconv.ParseFloat(name, 64); err == nil {
			numbers++
		}
		seen[name], out[k] = true, name
	}
	if numbers == len(header) {
		return nil, &CSVError{Line: line, Reason: "the first line holds numbers; want a header of column names"}
	}
	return out, nil
}

// syntax rewords the errors of the CSV reader.
func syntax(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return &CSVError{Line: p.Line, Reason: p.Err.Error()}
	}
	return err
}

// clip shortens a text for a message.
func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "..."
	}
	return s
}

// lineLimit fails on a line too long to be one of a table, such as those of a file that is not text.
type lineLimit struct {
	r      io.Reader
	length int // of the present line so far
	lines  int
}

func (l *lineLimit) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	for rest := b[:n]; ; {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			l.length += len(rest)
			break
		}
		l.length, l.lines, rest = 0, l.lines+1, rest[i+1:]
	}
	if l.length > maxLine {
		return 0, &CSVError{Line: l.lines + 1, Reason: fmt.Sprintf("longer than %d bytes; is this a CSV file?", maxLine)}
	}
	return n, err
}

// UnknownColumnError says that a table has no such column.
type UnknownColumnError struct {
	Name  string
	Known []string
}

// Error lists the columns.
func (e *UnknownColumnError) Error() string {
	known := e.Known
	more := ""
	if len(known) > 20 {
		known, more = known[:20], ", ..."
	}
	return fmt.Sprintf("no column %q; there are: %s%s", e.Name, strings.Join(known, ", "), more)
}

// Select returns some columns, in the given order.
func (t *Table) Select(names []string) (*mat.Dense, error) {
	out := mat.NewDense(t.Rows(), len(names), nil)
	for k, name := range names {
		i := t.column(name)
		if i < 0 {
			return nil, &UnknownColumnError{name, t.Names}
		}
		out.SetCol(k, mat.Col(nil, i, t.Values))
	}
	return out, nil
}

func (t *Table) column(name string) int {
	for i, n := range t.Names {
		if n == name {
			return i
		}
	}
	return -1
}
