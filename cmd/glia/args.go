package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/experiments"
)

// arrange puts the flags of a command line before its other arguments, because
// the flag parser stops at the first argument that is not a flag and users
// write "glia run nalsm --seed 3". It also finds unknown commands, unknown
// flags and missing values, while what the user meant can still be told.
func arrange(app *cli.App, args []string) ([]string, error) {
	if len(args) == 0 {
		return []string{app.Name}, nil
	}
	if len(args) == 2 && (args[1] == "--version" || args[1] == "-v") {
		return []string{args[0], "version"}, nil
	}
	var (
		arranged = []string{args[0]}
		rest     = args[1:]
		commands = app.Commands
		command  *cli.Command
		path     = app.Name
	)
	for len(rest) > 0 && len(commands) > 0 && !strings.HasPrefix(rest[0], "-") {
		if command == nil && (rest[0] == "help" || rest[0] == "h") {
			return args, nil
		}
		next := find(commands, rest[0])
		if next == nil {
			return nil, unknownCommand(path, rest[0], commands)
		}
		command, commands = next, next.Subcommands
		path += " " + next.Name
		arranged = append(arranged, rest[0])
		rest = rest[1:]
	}
	var declared []cli.Flag
	if command != nil {
		declared = command.Flags
	}
	flags, others, err := split(path, declared, rest)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(flags, func(f string) bool { return strings.TrimLeft(f, "-") == "help" || f == "-h" }) {
		// With other arguments the library would look for help on those.
		return append(arranged, "--help"), nil
	}
	arranged = append(arranged, flags...)
	if len(others) > 0 {
		// Whatever others look like, they are not flags.
		arranged = append(arranged, "--")
	}
	return append(arranged, others...), nil
}

// split separates flags, with their values, from other arguments.
func split(path string, declared []cli.Flag, args []string) (flags, others []string, err error) {
	takesValue := map[string]bool{"help": false, "h": false}
	var names []string
	for _, f := range declared {
		_, boolean := f.(*cli.BoolFlag)
		for _, name := range f.Names() {
			takesValue[name] = !boolean
			names = append(names, name)
		}
	}
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			return flags, append(others, args[i+1:]...), nil
		}
		if len(a) < 2 || a[0] != '-' {
			others = append(others, a)
			continue
		}
		name, _, hasValue := strings.Cut(strings.TrimLeft(a, "-"), "=")
		needsValue, known := takesValue[name]
		if !known {
			return nil, nil, unknownFlag(path, name, names)
		}
		flags = append(flags, a)
		if needsValue && !hasValue {
			i++
			if i == len(args) {
				return nil, nil, usagef("--%s needs a value; see '%s --help'", name, path)
			}
			flags = append(flags, args[i])
		}
	}
	return flags, others, nil
}

func find(commands []*cli.Command, name string) *cli.Command {
	for _, c := range commands {
		if c.HasName(name) {
			return c
		}
	}
	return nil
}

func unknownCommand(path, name string, commands []*cli.Command) error {
	var names []string
	for _, c := range commands {
		if !c.Hidden {
			names = append(names, c.Name)
		}
	}
	if near, ok := experiments.Nearest(name, names); ok {
		return usagef("unknown command %q; did you mean '%s %s'?", name, path, near)
	}
	if _, err := experiments.Lookup(name); err == nil {
		return usagef("%q is an experiment; did you mean 'glia run %s'?", name, name)
	}
	return usagef("unknown command %q; there are: %s; see '%s --help'", name, strings.Join(names, ", "), path)
}

func unknownFlag(path, name string, names []string) error {
	if near, ok := experiments.Nearest(name, names); ok {
		return usagef("unknown flag --%s; did you mean --%s? See '%s --help'", name, near, path)
	}
	return usagef("unknown flag --%s; see '%s --help'", name, path)
}

// oneArgument returns the only argument of a command.
func oneArgument(c *cli.Context, what string) (string, error) {
	switch c.NArg() {
	case 0:
		return "", usagef("which %s? See '%s --help'", what, c.Command.HelpName)
	case 1:
		return c.Args().First(), nil
	}
	return "", usagef("one %s at a time: %q is one too many", what, c.Args().Get(1))
}

// noArguments refuses arguments where none are expected.
func noArguments(c *cli.Context) error {
	if c.NArg() > 0 {
		return usagef("unexpected argument %q; see '%s --help'", c.Args().First(), c.Command.HelpName)
	}
	return nil
}

// shellQuote writes an argument so that a shell reads it back.
func shellQuote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./=:+,@%", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
