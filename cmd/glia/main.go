package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/experiments"
	_ "github.com/glia-sim/glia/experiments/all"
	"github.com/glia-sim/glia/experiments/runfolder"
	"github.com/glia-sim/glia/sim/panics"
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	exitSignal = 128 // plus the signal's number
)

const issuesURL = "https://github.com/glia-sim/glia/issues"

func main() {
	collectLate()
	os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}

// run carries out one command line and returns the exit status.
func run(args []string, _ io.Reader, stdout, stderr io.Writer) int {
	stderr = &syncWriter{w: stderr}
	ctx, stop := untilSignal(stderr)
	defer stop()

	if err := panics.Catch(func() error {
		app := newApp(stdout, stderr)
		arranged, err := arrange(app, withoutColour(args))
		if err != nil {
			return err
		}
		return app.RunContext(ctx, arranged)
	}); err != nil {
		return report(stderr, err)
	}
	return exitOK
}

func newApp(stdout, stderr io.Writer) *cli.App {
	app := &cli.App{
		Name:  "glia",
		Usage: "run published experiments on spiking networks and reservoirs",
		Description: `Each run writes a folder with metrics held against the published values,
spikes that numpy opens, SVG figures and a report for the browser.

Examples:
   glia list
   glia describe nalsm
   glia run nalsm --seed 3
   glia run nalsm --data data/mnist --set neurons=500
   glia report runs/first runs/second`,
		Writer: stdout, ErrWriter: stderr,
		HideVersion: true,
		Commands: []*cli.Command{
			listCommand(), describeCommand(),
			runCommand(stderr), watchCommand(stderr), resumeCommand(stderr),
			reportCommand(), resultsCommand(stderr), spikesCommand(),
			dataCommand(stderr), validateCommand(stderr), benchCommand(stderr),
			doctorCommand(), completionCommand(), versionCommand(), completeCommand(),
		},
		Flags: []cli.Flag{&cli.BoolFlag{Name: "no-color", DisableDefaultText: true, Usage: "plain text on terminals too, for any command; so does the environment variable NO_COLOR"}},
		// A value may contain a comma.
		DisableSliceFlagSeparator: true,
		// Errors come back from RunContext; the library must not print or exit.
		ExitErrHandler: func(*cli.Context, error) {},
	}
	app.Commands = append(app.Commands, sweepCommand(stderr), reservoirCommand())
	setUsageErrors(app.Commands)
	app.OnUsageError = usageErrorOf
	return app
}

func setUsageErrors(commands []*cli.Command) {
	for _, c := range commands {
		c.OnUsageError = usageErrorOf
		c.HideHelpCommand = true
		setUsageErrors(c.Subcommands)
	}
}

// exit ends the process at once; tests replace it.
var exit = os.Exit

// untilSignal returns a context that the first SIGINT or SIGTERM cancels, with
// a *signalError as the cause. A second one ends the process at once. That is
// done here and not left to the system, because a process that a script started
// in the background ignores SIGINT by default.
func untilSignal(stderr io.Writer) (context.Context, func()) {
	answer := &signalAnswer{}
	answer.text.Store("glia: stopping and saving what was computed; repeat to stop at once\n")
	ctx, cancel := context.WithCancelCause(context.WithValue(context.Background(), signalKey{}, answer))
	signals := make(chan os.Signal, 2)
	done := make(chan struct{})
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for first := true; ; first = false {
			select {
			case s := <-signals:
				stopped := &signalError{signal: s}
				if !first {
					exit(stopped.status())
				}
				io.WriteString(stderr, clearLine(stderr)+answer.text.Load().(string))
				cancel(stopped)
			case <-done:
				return
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel(nil)
	}
}

// signalError is the cause of a context that a signal cancelled.
type signalError struct {
	signal os.Signal
	text   string // instead of the signal's name, where it came by another way
}

func (e *signalError) Error() string {
	if e.text != "" {
		return e.text
	}
	return "stopped by " + e.signal.String()
}

// signalAnswer is what the user reads who sends a signal; the context has it under signalKey.
type signalAnswer struct{ text atomic.Value }

type signalKey struct{}

// onSignal changes the answer for what is left of a command.
func onSignal(ctx context.Context, text string) {
	if a, ok := ctx.Value(signalKey{}).(*signalAnswer); ok {
		a.text.Store(text)
	}
}

// reportedError was printed already.
type reportedError struct{ error }

func (e *reportedError) Unwrap() error { return e.error }

// status is the exit status by the shells' convention.
func (e *signalError) status() int {
	if e.signal == syscall.SIGTERM {
		return exitSignal + int(syscall.SIGTERM)
	}
	return exitSignal + int(syscall.SIGINT)
}

// usageError is a mistake in the command line.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

// usageErrorOf rewords the flag parser's errors, which arrive as text only.
func usageErrorOf(c *cli.Context, err error, _ bool) error {
	text := err.Error()
	// invalid value "x" for flag -seed: reason
	if rest, ok := strings.CutPrefix(text, "invalid value "); ok {
		if value, rest, ok := strings.Cut(rest, " for flag -"); ok {
			if name, reason, ok := strings.Cut(rest, ": "); ok {
				return usagef("--%s %s: %s", strings.TrimLeft(name, "-"), strings.Trim(value, `"`), reason)
			}
		}
	}
	return usagef("%s; see '%s --help'", text, c.Command.HelpName)
}

// report prints an error as one line and returns the exit status it stands for.
func report(stderr io.Writer, err error) int {
	var reported *reportedError
	if errors.As(err, &reported) {
		return statusOf(err)
	}
	text := strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
	var internal *panics.Error
	if errors.As(err, &internal) { // a mistake in glia
		text += "; please report it at " + issuesURL + " with the command and the output of 'glia version' (GLIA_DEBUG=1 shows where it happened)"
	}
	fmt.Fprintln(stderr, "glia: "+text)
	if internal != nil && os.Getenv("GLIA_DEBUG") == "1" {
		stderr.Write(internal.Stack)
	}
	return statusOf(err)
}

func statusOf(err error) int {
	var (
		usage     *usageError
		parameter *experiments.ParameterError
		unknown   *experiments.UnknownError
		inUse     *runfolder.InUseError
		complete  *runfolder.CompleteError
		stopped   *signalError
		coder     cli.ExitCoder // what the library itself says about its help topics
	)
	switch {
	case errors.As(err, &stopped):
		return stopped.status()
	case errors.As(err, &usage), errors.As(err, &parameter), errors.As(err, &unknown), errors.As(err, &inUse), errors.As(err, &complete), errors.As(err, &coder):
		return exitUsage
	}
	return exitFailed
}

// causeOf returns the signal that stopped a command, or nil.
func causeOf(c *cli.Context) error {
	var stopped *signalError
	if errors.As(context.Cause(c.Context), &stopped) {
		return stopped
	}
	return nil
}
