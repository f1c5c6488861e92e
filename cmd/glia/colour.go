package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// paint colours words for a terminal; without one, or for a user who wants none, it leaves them alone.
// Colours only repeat what the words say.
type paint bool

func paintFor(w io.Writer) paint { return paint(colourful(w)) }

func (p paint) in(code, s string) string {
	if !p || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p paint) good(s string) string   { return p.in("32", s) }
func (p paint) warn(s string) string   { return p.in("33", s) }
func (p paint) bad(s string) string    { return p.in("31", s) }
func (p paint) strong(s string) string { return p.in("1", s) }
func (p paint) faint(s string) string  { return p.in("2", s) }

// colourful reports whether w is a terminal whose user has not asked for plain
// text (https://no-color.org).
func colourful(w io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && isTerminal(w)
}

func isTerminal(w io.Writer) bool {
	f, ok := fileOf(w)
	return ok && term.IsTerminal(int(f.Fd()))
}

// widthOf is the number of columns of a terminal, 80 if unknown.
func widthOf(w io.Writer) int {
	if f, ok := fileOf(w); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 {
			return columns
		}
	}
	return 80
}

func fileOf(w io.Writer) (*os.File, bool) {
	if s, ok := w.(*syncWriter); ok {
		w = s.w
	}
	f, ok := w.(*os.File)
	return f, ok
}

// withoutColour takes --no-color out of a command line, wherever it stands, and obeys it.
func withoutColour(args []string) []string {
	var rest []string
	for i, a := range args {
		if a == "--" {
			return append(rest, args[i:]...)
		}
		if a == "--no-color" || a == "--no-colour" {
			os.Setenv("NO_COLOR", "1")
			continue
		}
		rest = append(rest, a)
	}
	return rest
}
