package validation

import (
	"embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

//go:embed data/*.json data/*.csv
var data embed.FS

// readJSON reads one of the embedded files.
func readJSON(name string, into any) error {
	raw, err := data.ReadFile("data/" + name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// readCSV reads an embedded table row by row, each a map from column to text.
func readCSV(name string) ([]map[string]string, error) {
	f, err := data.Open("data/" + name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := parseCSV(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return rows, nil
}

// parseCSV reads a table whose first line names the columns.
func parseCSV(r io.Reader) ([]map[string]string, error) {
	lines, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 {
		return nil, errors.New("is empty: want a line of column names")
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for k, h := range lines[0] {
			row[h] = line[k]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// numbers parses some columns of a row.
func numbers(row map[string]string, columns ...string) ([]float64, error) {
	x := make([]float64, len(columns))
	for k, c := range columns {
		var err error
		if x[k], err = strconv.ParseFloat(row[c], 64); err != nil {
			return nil, fmt.Errorf("column %s: %w", c, err)
		}
	}
	return x, nil
}
