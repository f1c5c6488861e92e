package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/dataset"
)

func completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print what makes a shell complete glia's commands, flags, experiments and parameters",
		UsageText: "glia completion bash|zsh|fish",
		Description: `Try it at once, or keep it:
   source <(glia completion bash)
   glia completion bash > ~/.local/share/bash-completion/completions/glia
   glia completion zsh  > "${fpath[1]}/_glia"
   glia completion fish > ~/.config/fish/completions/glia.fish`,
		Action: func(c *cli.Context) error {
			shell, err := oneArgument(c, "shell")
			if err != nil {
				return err
			}
			script, ok := completionScripts[shell]
			if !ok {
				return usagef("no completion for %q; there are: %s", shell, strings.Join(shells(), ", "))
			}
			_, err = fmt.Fprint(c.App.Writer, script)
			return err
		},
	}
}

func shells() []string { return []string{"bash", "zsh", "fish"} }

// The scripts only pass on the words typed so far; all knowledge is in the hidden command __complete.
// It answers in lines of a word, a tab and its meaning; the line ":dirs" asks for folders.
var completionScripts = map[string]string{
	"bash": `# bash completion of glia: source it, or keep it in ~/.local/share/bash-completion/completions/glia
_glia() {
	local line=${COMP_LINE:0:COMP_POINT} cur= reply word stripped
	local -a words
	read -ra words <<< "$line"
	[[ $line == *[[:space:]] ]] && words+=("")
	cur=${words[-1]}
	# bash replaces only what follows the last = or :, where it breaks words.
	stripped=
	[[ $cur == *[=:]* ]] && stripped=${cur%"${cur##*[=:]}"}
	COMPREPLY=()
	while IFS= read -r reply; do
		if [[ $reply == :dirs ]]; then
			compopt -o filenames 2>/dev/null
			while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "${cur#"$stripped"}")
			continue
		fi
		word=${reply%%$'\t'*}
		[[ $word == *= ]] && compopt -o nospace 2>/dev/null
		COMPREPLY+=("${word#"$stripped"}")
	done < <("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null)
}
complete -F _glia glia
`,
	"zsh": `#compdef glia
# zsh completion of glia: keep it as _glia in a folder of $fpath
_glia() {
	local reply word
	local -a plain open shown shownopen
	while IFS= read -r reply; do
		if [[ $reply == :dirs ]]; then
			_files -/
			continue
		fi
		word=${reply%%$'\t'*}
		if [[ $word == *= ]]; then
			open+=("$word"); shownopen+=("${reply/$'\t'/  -- }")
		else
			plain+=("$word"); shown+=("${reply/$'\t'/  -- }")
		fi
	done < <("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
	(( $#plain )) && compadd -l -d shown -- "${plain[@]}"
	(( $#open )) && compadd -l -S '' -d shownopen -- "${open[@]}"
}
if [[ $funcstack[1] == _glia ]]; then _glia "$@"; else compdef _glia glia; fi
`,
	"fish": `# fish completion of glia: keep it as ~/.config/fish/completions/glia.fish
function __glia_complete
	set -l words (commandline -opc)
	set -l cur (commandline -ct)
	for reply in ($words[1] __complete -- $words[2..-1] "$cur" 2>/dev/null)
		if test "$reply" = ":dirs"
			__fish_complete_directories "$cur"
		else
			echo $reply
		end
	end
end
complete -c glia -f -a '(__glia_complete)'
`,
}

func completeCommand() *cli.Command {
	return &cli.Command{
		Name: "__complete", Hidden: true,
		Action: func(c *cli.Context) error {
			for _, w := range complete(c.App, c.Args().Slice()) {
				line := w.word
				if meaning, _, _ := strings.Cut(w.meaning, "\n"); meaning != "" {
					line += "\t" + meaning
				}
				fmt.Fprintln(c.App.Writer, line)
			}
			return nil
		},
	}
}

// candidate is a word that could stand where the cursor is.
type candidate struct{ word, meaning string }

// folders stands for the folders that the shell finds.
var folders = candidate{word: ":dirs"}

// complete finds what the last of the words typed after the program's name could become.
func complete(app *cli.App, words []string) []candidate {
	if len(words) == 0 {
		words = []string{""}
	}
	last := words[len(words)-1]
	var all []candidate
	command, others, flag := parse(app.Commands, words[:len(words)-1])
	switch {
	case flag != "":
		all = valuesOfFlag(command, flag, others, last)
	case strings.HasPrefix(last, "-"):
		if name, value, ok := strings.Cut(last, "="); ok {
			flag := strings.TrimLeft(name, "-")
			for _, v := range valuesOfFlag(command, flag, others, value) {
				if v != folders { // a shell would not see where the folder's name begins
					all = append(all, candidate{name + "=" + v.word, v.meaning})
				}
			}
			break
		}
		all = append(flagsOf(command, app.Flags), candidate{"--help", "show help"})
	case command == nil || len(command.Subcommands) > 0:
		commands := app.Commands
		if command != nil {
			commands = command.Subcommands
		}
		for _, c := range commands {
			if !c.Hidden {
				all = append(all, candidate{c.Name, c.Usage})
			}
		}
	case len(others) == 0:
		all = arguments(command.Name)
	}
	var fit []candidate
	for _, c := range all {
		if c == folders || strings.HasPrefix(c.word, last) {
			fit = append(fit, c)
		}
	}
	return fit
}

// parse finds the command of the words, its arguments, and the flag that still waits for its value.
func parse(commands []*cli.Command, words []string) (command *cli.Command, others []string, waiting string) {
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case len(w) > 1 && w[0] == '-':
			name, _, has := strings.Cut(strings.TrimLeft(w, "-"), "=")
			if command == nil || has || !needsValue(command, name) {
				continue
			}
			if i++; i == len(words) {
				return command, others, name
			}
		case command == nil || len(command.Subcommands) > 0:
			next := find(commands, w)
			if next == nil {
				return command, append(others, w), ""
			}
			command, commands = next, next.Subcommands
		default:
			others = append(others, w)
		}
	}
	return command, others, ""
}

func needsValue(c *cli.Command, name string) bool {
	for _, f := range c.Flags {
		if slices.Contains(f.Names(), name) {
			_, boolean := f.(*cli.BoolFlag)
			return !boolean
		}
	}
	return false
}

func flagsOf(c *cli.Command, global []cli.Flag) (all []candidate) {
	flags := slices.Clone(global)
	if c != nil {
		flags = append(slices.Clone(c.Flags), global...)
	}
	for _, f := range flags {
		meaning := ""
		if d, ok := f.(cli.DocGenerationFlag); ok {
			meaning = strings.ReplaceAll(d.GetUsage(), "`", "")
		}
		all = append(all, candidate{"--" + f.Names()[0], meaning})
	}
	return all
}

// arguments are what a command may be given.
func arguments(command string) (all []candidate) {
	switch command {
	case "run", "describe", "watch":
		for _, e := range experiments.All() {
			all = append(all, candidate{e.Name, e.Title})
		}
		if command == "watch" {
			all = append(all, folders)
		}
	case "fetch":
		for _, d := range dataset.Known() {
			all = append(all, candidate{d.Name, d.Description})
		}
	case "completion":
		for _, s := range shells() {
			all = append(all, candidate{word: s})
		}
	case "resume", "spikes", "report", "check":
		all = append(all, folders)
	}
	return all
}

// valuesOfFlag are the values that a flag may have; after --set, parameters and then their choices.
func valuesOfFlag(c *cli.Command, flag string, others []string, value string) (all []candidate) {
	switch flag {
	case "out", "data", "to":
		return []candidate{folders}
	case "set":
		if len(others) == 0 {
			return nil
		}
		e, err := experiments.Lookup(others[0])
		if err != nil {
			return nil
		}
		name, _, inside := strings.Cut(value, "=")
		for _, p := range e.Parameters {
			switch {
			case !inside:
				all = append(all, candidate{p.Name + "=", unit(p.Format(p.Default), p.Unit) + ": " + p.Meaning})
			case p.Name == name && p.Kind == experiments.Choice:
				for _, x := range p.Choices {
					all = append(all, candidate{word: p.Name + "=" + x})
				}
			case p.Name == name && p.Kind == experiments.Bool:
				all = append(all, candidate{word: p.Name + "=true"}, candidate{word: p.Name + "=false"})
			}
		}
	}
	return all
}
