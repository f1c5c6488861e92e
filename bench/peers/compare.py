#!/usr/bin/env python3
"""Run benchmarks of glia and the same networks in Brian 2 in alternation and print the ratio of their times.

Needs Brian 2, a C++ compiler and make (Debian: python3-brian g++ make). See README.md beside this file.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# name: (benchmark of glia, its measure, family in Brian, neurons, warm-up [ms], measured [ms])
NETWORKS = {
    "cuba-4000": ("cuba", "core_time", "cuba", 4000, 200, 5000),
    "cuba-20000": ("cuba", "core_time_20000", "cuba", 20000, 200, 2000),
    "coba-4000": ("coba", "core_time", "coba", 4000, 200, 5000),
    "coba-20000": ("coba", "core_time_20000", "coba", 20000, 200, 2000),
    "brunel": ("brunel", "core_time", "brunel", 12500, 200, 1000),
}
# In the quick size of "glia bench" there is nothing of 20 000 neurons.
QUICK = {
    "cuba-4000": ("cuba", "core_time", "cuba", 4000, 200, 200),
    "coba-4000": ("coba", "core_time", "coba", 4000, 200, 200),
    "brunel": ("brunel", "core_time", "brunel", 1000, 50, 100),
}


# --- the networks in Brian ---------------------------------------------------------------------------------------


def vogels_abbott(b, family, size):
    """CUBA and COBA of R. Brette et al., J. Comput. Neurosci. 23, 349 (2007), appendix B; currents as potentials."""
    excitatory = size * 4 // 5
    p = 80 / size
    if family == "cuba":
        equations = """
            dv/dt = (ge + gi - (v + 49*mV)) / (20*ms) : volt (unless refractory)
            dge/dt = -ge / (5*ms) : volt
            dgi/dt = -gi / (10*ms) : volt
            spikes : integer"""
        method, excite, inhibit = "exact", "ge += 1.62*mV", "gi -= 9*mV"
    else:
        # Conductances over the leak of 10 nS.
        equations = """
            dv/dt = (-60*mV - v + ge * (0*mV - v) + gi * (-80*mV - v)) / (20*ms) : volt (unless refractory)
            dge/dt = -ge / (5*ms) : 1
            dgi/dt = -gi / (10*ms) : 1
            spikes : integer"""
        method, excite, inhibit = "euler", "ge += 0.6", "gi += 6.7"
    cells = b.NeuronGroup(size, equations, threshold="v > -50*mV", reset="v = -60*mV; spikes += 1",
                          refractory=5 * b.ms, method=method, name="cells")
    if family == "cuba":
        cells.v = "-60*mV + rand() * 10*mV"
    else:
        cells.v = "-60*mV + randn() * 5*mV"
        cells.ge = "4 + 1.5*randn()"
        cells.gi = "20 + 12*randn()"
    parts = [cells]
    for source, effect in ((cells[:excitatory], excite), (cells[excitatory:], inhibit)):
        s = b.Synapses(source, cells, on_pre=effect)
        s.connect(p=p)
        parts.append(s)
    return cells, parts


def brunel(b, size):
    """N. Brunel, J. Comput. Neurosci. 8, 183 (2000), model A, g 5, eta 2, with the reset at 0 mV."""
    import numpy

    excitatory = size * 4 // 5
    inputs = {"e": excitatory // 10, "i": (size - excitatory) // 10}
    cells = b.NeuronGroup(size, """
            dv/dt = -v / (20*ms) : volt (unless refractory)
            spikes : integer""", threshold="v >= 20*mV", reset="v = 0*mV; spikes += 1",
                          refractory=2 * b.ms, method="exact", name="cells")
    parts = [cells]
    draw = numpy.random.default_rng(1)
    for kind, first, count in (("e", 0, excitatory), ("i", excitatory, size - excitatory)):
        # Spikes that reach a refractory neuron are lost.
        jump = 0.1 if kind == "e" else -0.5
        s = b.Synapses(cells[first:first + count], cells, on_pre=f"v += {jump}*mV * int(not_refractory)", delay=1.5 * b.ms)
        k = inputs[kind]
        s.connect(i=draw.integers(count, size=size * k), j=numpy.repeat(numpy.arange(size), k))
        parts.append(s)
    # eta * 20 mV / (0.1 mV * 20 ms) for each neuron: the rate of all its outer inputs.
    parts.append(b.PoissonInput(cells, "v", 1000, 20 * b.Hz, "0.1*mV * int(not_refractory)"))
    return cells, parts


def build_brian(family, size, warmup, measured, folder):
    """Generate and compile one network; in a process of its own, since Brian's standalone mode is global."""
    import warnings

    warnings.simplefilter("ignore")
    import brian2 as b

    b.set_device("cpp_standalone", build_on_run=False)
    b.prefs.devices.cpp_standalone.openmp_threads = 0
    b.prefs.codegen.cpp.headers += ["<iostream>", "<ctime>"]
    b.defaultclock.dt = 0.1 * b.ms
    b.seed(1)
    cells, parts = brunel(b, size) if family == "brunel" else vogels_abbott(b, family, size)
    network = b.Network(parts)
    counter = b.device.get_array_name(cells.variables["spikes"], access_data=False)
    # The program says where it is: processor time so far and spikes so far.
    tell = ("{ long n = 0; for (int k = 0; k < %d; k++) n += %s[k]; "
            'std::cout << "at " << double(std::clock()) / CLOCKS_PER_SEC << " " << n << std::endl; }' % (size, counter))
    network.run(warmup * b.ms)
    b.device.insert_code("main", tell)
    network.run(measured * b.ms)
    b.device.insert_code("main", tell)
    b.device.build(directory=folder, compile=True, run=False, debug=False)


# --- running -----------------------------------------------------------------------------------------------------


def run_brian(folder, size, measured):
    text = subprocess.run(["./main"], cwd=folder, check=True, capture_output=True, text=True).stdout
    told = [line.split()[1:] for line in text.splitlines() if line.startswith("at ")]
    (t0, n0), (t1, n1) = told
    seconds = measured / 1000
    return (float(t1) - float(t0)) / seconds, (int(n1) - int(n0)) / size / seconds


def run_glia(glia, benchmark, quick):
    line = [glia, "bench", benchmark, "--json", "--repeat", "1", "--workers", "1"] + (["--quick"] if quick else [])
    entries = json.loads(subprocess.run(line, check=True, capture_output=True, text=True).stdout)
    return {e["measure"]: e["value"] for e in entries}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="*", metavar="NETWORK", help="which ones: " + ", ".join(NETWORKS) + " (default: all)")
    parser.add_argument("--glia", help="the command (default: built from the sources around this script)")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each program and network (default 3)")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it works")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--build", nargs=5, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.build:
        family, size, warmup, measured, folder = args.build
        return build_brian(family, int(size), float(warmup), float(measured), folder)
    table = QUICK if args.quick else NETWORKS
    for name in args.networks:
        if name not in table:
            parser.error(f"unknown network {name!r}; there are: {', '.join(table)}")
    if args.repeat < 1:
        parser.error("--repeat must be 1 or more")
    chosen = {name: table[name] for name in args.networks or table}

    with tempfile.TemporaryDirectory(prefix="glia-peers-") as work:
        glia = os.path.abspath(args.glia) if args.glia else os.path.join(work, "glia")
        if not args.glia:
            say("building glia")
            subprocess.run(["go", "build", "-o", glia, "./cmd/glia"], cwd=ROOT, check=True)
        results = [compare(name, chosen[name], glia, args, work) for name in chosen]
    if args.json:
        print(json.dumps(results, indent=2))
        return None
    print(f"{'network':<12} {'glia':>26} {'Brian 2':>26} {'ratio':>7}   rate [Hz]: glia, Brian 2")
    print(f"{'':<12} {'core s per model s':>26} {'core s per model s':>26}")
    for r in results:
        print(f"{r['network']:<12} {spread(r['glia']):>26} {spread(r['brian']):>26} {r['ratio']:>7.2f}   {r['glia_rate']:.2f}, {r['brian_rate']:.2f}")
    print("\nratio: Brian 2 over glia, of medians; above 1 glia is faster")
    return None


def compare(name, network, glia, args, work):
    benchmark, measure, family, size, warmup, measured = network
    folder = os.path.join(work, name)
    say(f"{name}: Brian generates and compiles")
    build = [sys.executable, os.path.abspath(__file__), "--build", family, str(size), str(warmup), str(measured), folder]
    done = subprocess.run(build, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"Brian could not build {name}; is python3-brian installed for {sys.executable}?\n{done.stderr[-2000:]}")
    ours, theirs, our_rate, their_rate = [], [], [], []

    def one_glia():
        values = run_glia(glia, benchmark, args.quick)
        ours.append(values[measure])
        our_rate.append(values[measure.replace("core_time", "rate")])

    def one_brian():
        seconds, rate = run_brian(folder, size, measured)
        theirs.append(seconds)
        their_rate.append(rate)

    for k in range(args.repeat):
        say(f"{name}: {k + 1} of {args.repeat}")
        for run in (one_glia, one_brian) if k % 2 == 0 else (one_brian, one_glia):
            run()
    return {
        "network": name, "neurons": size, "unit": "core s/model s", "glia": ours, "brian": theirs,
        "ratio": statistics.median(theirs) / statistics.median(ours),
        "glia_rate": statistics.median(our_rate), "brian_rate": statistics.median(their_rate),
    }


def spread(values):
    return f"{statistics.median(values):.4g} ({min(values):.4g}..{max(values):.4g})"


def say(line):
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as e:
        sys.exit(f"{' '.join(map(str, e.cmd))} failed with status {e.returncode}\n{(e.stderr or '')[-2000:]}")
    except KeyboardInterrupt:
        sys.exit(130)
