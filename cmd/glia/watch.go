package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/glia-sim/glia/experiments"
	"github.com/glia-sim/glia/experiments/live"
	"github.com/glia-sim/glia/experiments/runfolder"
)

func watchCommand(stderr io.Writer) *cli.Command {
	port := portValue(0)
	flags, read := runFlags()
	own := []cli.Flag{
		&cli.GenericFlag{Name: "port", Value: &port, DefaultText: "any that is free", Usage: "`port` of 127.0.0.1 to serve the page on"},
		&cli.BoolFlag{Name: "paused", DisableDefaultText: true, Usage: "begin paused: the run starts when you press Resume on the page"},
		&cli.BoolFlag{Name: "exit", DisableDefaultText: true, Usage: "end with the run, and do not keep the page open"},
	}
	return &cli.Command{
		Name:      "watch",
		Usage:     "run an experiment, or follow a run, on a page in the browser",
		UsageText: "glia watch EXPERIMENT [flags of run] [--port N] [--paused] [--exit]\n   glia watch DIR [--port N] [--exit]",
		Description: `Runs the experiment as 'glia run' does and shows it live on a local page: spikes,
population rates, signals such as astrocytes, progress and metrics, with buttons
to pause, resume and stop. Given a run folder, it follows the run that another
process writes there, or shows a run that has ended.

The page is served on 127.0.0.1 only, at an address with a secret in it. It needs
nothing from the network. A slow browser misses pictures; the run does not wait.

Examples:
   glia watch brunel --set duration=20s
   glia watch nalsm --paused
   glia watch runs/brunel-1-20261125T120000`,
		Flags: append(flags, own...),
		Action: func(c *cli.Context) error {
			name, err := oneArgument(c, "experiment or run folder")
			if err != nil {
				return err
			}
			p := &page{port: int(port), paused: c.Bool("paused"), exit: c.Bool("exit"), stderr: stderr}
			if _, unknown := experiments.Lookup(name); unknown != nil {
				info, err := os.Stat(name)
				if err != nil || !info.IsDir() {
					return fmt.Errorf("%w; nor is there a run folder of that name", unknown)
				}
				return p.follow(c, name, flags)
			}
			r, err := read(c)
			if err != nil {
				return err
			}
			if err := p.listen(); err != nil {
				return err
			}
			defer p.listener.Close()
			r.page = p
			return p.stay(c.Context, r.carryOut(c.Context, c.App.Writer, stderr))
		},
	}
}

// portValue is the value of --port.
type portValue int

func (v *portValue) String() string { return strconv.Itoa(int(*v)) }

func (v *portValue) Set(text string) error {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return errors.New("must be a whole number from 1 to 65535, or 0 for any that is free")
	}
	*v = portValue(n)
	return nil
}

// page is the live page of a command.
type page struct {
	port         int
	paused, exit bool
	stderr       io.Writer
	listener     net.Listener
	server       *live.Server // nil until there is something to show
}

// listen takes the port, before anything is run or written.
func (p *page) listen() error {
	var err error
	if p.listener, err = live.Listen(p.port); err != nil {
		return fmt.Errorf("cannot serve the page on port %d of 127.0.0.1: %w; leave out --port to take any that is free", p.port, err)
	}
	return nil
}

func (p *page) show(feed *live.Feed, dir string, stop func()) {
	p.server = live.Serve(p.listener, feed, dir, stop)
	fmt.Fprintf(p.stderr, "watch it at  %s\n", p.server.URL())
}

// stay keeps the page open after a run, until the user ends it.
func (p *page) stay(ctx context.Context, err error) error {
	if p.server == nil {
		return err
	}
	defer p.server.Close()
	if p.exit || ctx.Err() != nil {
		return err
	}
	onSignal(ctx, "")
	if err != nil {
		report(p.stderr, err)
		err = &reportedError{err}
	}
	fmt.Fprintln(p.stderr, "the page stays open until Ctrl-C")
	<-ctx.Done()
	return err
}

// follow shows the run folder that another process writes, or has written.
func (p *page) follow(c *cli.Context, dir string, ofRun []cli.Flag) error {
	for _, f := range append(slices.Clone(ofRun), &cli.BoolFlag{Name: "paused"}) {
		if name := f.Names()[0]; c.IsSet(name) {
			return usagef("--%s says how to run an experiment, but %s is a run folder, which is only followed", name, shellQuote(dir))
		}
	}
	if _, err := readRun(dir); err != nil {
		return err
	}
	follower, err := live.NewFollower(dir)
	if err != nil {
		return err
	}
	if err := p.listen(); err != nil {
		return err
	}
	defer p.listener.Close()
	onSignal(c.Context, "")
	p.show(follower.Feed, dir, nil)
	if err := follower.Run(c.Context); err != nil {
		return fmt.Errorf("cannot follow the run any longer: %w", err)
	}
	return p.stay(c.Context, nil)
}

// followed lets a run be followed: by the progress in the terminal, by other processes, and on a page. It
// changes where results and progress go, and returns the context to run in and a function to say how the
// run ended.
func (r *request) followed(ctx context.Context, dir string, o *experiments.Options) (context.Context, func(live.State)) {
	ctx, stop := context.WithCancelCause(ctx)
	tracker := live.NewTracker(o.Sink, o.Reporter, ctx.Done())
	if t, ok := o.Reporter.(statusTeller); ok {
		t.tellFrom(tracker.Status)
	}
	o.Sink, o.Reporter = tracker, tracker
	if r.page != nil {
		feed := live.NewFeed(tracker, r.about(dir))
		o.Sink, o.Reporter = feed, feed
		if r.page.paused {
			feed.Pause()
		}
		r.page.show(feed, dir, func() { stop(&signalError{os.Interrupt, "stopped on the page"}) })
	}
	endJournal := tracker.Keep(dir)
	return ctx, func(s live.State) {
		tracker.End(s)
		endJournal()
		stop(nil)
	}
}

// about says on the page what is run.
func (r *request) about(dir string) live.About {
	a := live.About{
		Experiment: r.experiment.Name, Title: r.experiment.Title, Summary: r.experiment.Summary, Citation: r.experiment.Citation,
		Seed: r.seed, Dir: dir, Command: r.command(), Version: version(), Control: true,
	}
	for _, p := range r.values.Parameters() {
		a.Parameters = append(a.Parameters, [2]string{p.Name, unit(p.Format(r.values.Get(p.Name)), p.Unit)})
	}
	return a
}

// stateOf is the state of a run that ended.
func stateOf(s runfolder.Status, finishErr error) live.State {
	if finishErr != nil {
		return live.Failed
	}
	return live.State(s)
}
