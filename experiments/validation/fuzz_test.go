package validation

import (
	"strings"
	"testing"
)

// No table makes the parser panic; each row has the columns of the first line.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "", "a\n", "a,a\n1,2\n", "\"a\nb\",c\n1,2", "a,b\n1\n", "\xff\xfe"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rows, err := parseCSV(strings.NewReader(text))
		if err != nil {
			return
		}
		for _, row := range rows {
			for column := range row {
				_, _ = numbers(row, column)
			}
		}
	})
}
