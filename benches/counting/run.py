"""How fast tandem counts, beside other programs: run.py [SET …], of one, ten and twentyfive.

Makes an environment with the others (requirements.txt) and the sets, both under BENCH_DIR and
kept there. Then each engine counts each set in a process of its own, all with the same number of
threads: three times, of which the table gives the medians, or once where that takes longer than
SLOW. All must find the same counts. An engine that fails, or takes more memory or time than there
is, is named with what it failed of.

TANDEM_BIN is the release; BENCH_THREADS the number of threads, else all processors; BENCH_PYTHON
an interpreter that has the others already.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
DIR = os.environ.get("BENCH_DIR", "target/bench-counting")
TANDEM = os.environ["TANDEM_BIN"]
THREADS = os.environ.get("BENCH_THREADS") or str(os.cpu_count())
# Users, items, rows, spread of users, steepness of items.
SETS = {
    "one": (6_040, 3_700, 1_000_000, 1.0, 0.9),
    "ten": (100_000, 20_000, 10_000_000, 0.9, 0.9),
    "twentyfive": (160_000, 60_000, 25_000_000, 1.2, 1.1),
}
# What needs more than the memory of most machines for the larger sets is left out there.
ENGINES = {
    "one": ["tandem", "implicit", "scipy", "duckdb", "polars"],
    "ten": ["tandem", "implicit", "scipy", "duckdb"],
    "twentyfive": ["tandem", "implicit", "scipy"],
}
TIMES = 3
SLOW = 30
MOST_SECONDS = 900


def say(text):
    print(text, file=sys.stderr, flush=True)


def environment():
    """The interpreter that has the other programs."""
    if python := os.environ.get("BENCH_PYTHON"):
        return python
    folder = os.path.join(DIR, "venv")
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        say("installing the programs to measure against")
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    wanted = os.path.join(HERE, "requirements.txt")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "-r", wanted], check=True)
    return python


def make(python, name):
    """The folder of a set."""
    folder = os.path.join(DIR, name)
    if not os.path.exists(os.path.join(folder, "choices.csv")):
        say(f"making the set “{name}”")
        shape = map(str, SETS[name])
        subprocess.run([python, os.path.join(HERE, "data.py"), folder, *shape], check=True)
    return folder


def command(python, engine, folder, check):
    if engine == "tandem":
        checksum = ["--checksum"] if check else []
        return [TANDEM, "count", f"{folder}/choices.csv", "--threads", THREADS, *checksum]
    script = os.path.join(HERE, "peer.py")
    return [python, script, engine, folder, THREADS, *(["check"] if check else [])]


def limit_memory():
    """Better no answer than a machine that stands still."""
    most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 85 // 100
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def run(python, engine, folder, check=False):
    """What a process answers, the seconds from its start to its end, and its most memory in MiB."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            command(python, engine, folder, check), stdout=out, stderr=err, preexec_fn=limit_memory
        )
        limit = threading.Timer(MOST_SECONDS, process.kill)
        limit.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        limit.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode != 0:
            last = err.read().decode(errors="replace").strip().splitlines()[-1:]
            why = last[0][:100] if last else "killed"
            raise RuntimeError(f"more than {MOST_SECONDS} s" if seconds > MOST_SECONDS else why)
        return json.loads(out.read().splitlines()[-1]), seconds, usage.ru_maxrss / 1024


def measure(python, engine, folder):
    """The medians of some runs, and what one more run with its counts looked at found."""
    runs = [run(python, engine, folder)]
    while len(runs) < TIMES and runs[0][1] < SLOW:
        runs.append(run(python, engine, folder))
    counting = "seconds_count" if engine == "tandem" else "counting"
    found, *_ = run(python, engine, folder, check=True)
    together = "together_sum" if engine == "tandem" else "together"
    return {
        "whole": statistics.median(seconds for _, seconds, _ in runs),
        "counting": statistics.median(answer[counting] for answer, *_ in runs),
        "memory": max(memory for *_, memory in runs),
        "found": (found["pairs"], found[together], found["checksum"]),
    }


def compare(python, name):
    folder = make(python, name)
    users, items, rows, *_ = SETS[name]
    ours, lines = None, []
    for engine in ENGINES[name]:
        say(f"{name}: {engine}")
        try:
            measured = measure(python, engine, folder)
        except RuntimeError as failure:
            if engine == "tandem":
                raise
            lines.append(f"| {engine} | {failure} | | | | |")
            continue
        ours = ours or measured
        if measured["found"] != ours["found"]:
            sys.exit(f"{engine} counts {measured['found']} and tandem {ours['found']}")
        times = [measured[what] / ours[what] for what in ("whole", "counting")]
        lines.append(
            f"| {engine} | {measured['whole']:.2f} | {times[0]:.1f} | {measured['counting']:.3f} "
            f"| {times[1]:.1f} | {measured['memory']:,.0f} |"
        )
    pairs, together, checksum = ours["found"]
    print(f"\n{rows:,} choices of {users:,} users among {items:,} items: {pairs:,} pairs, "
          f"{together:,} together, checksum {checksum}; {THREADS} threads\n")
    print("| | from CSV to counts, s | times tandem's | counting alone, s | times tandem's "
          "| most memory, MiB |")
    print("| --- | --- | --- | --- | --- | --- |")
    print("\n".join(lines), flush=True)


def main():
    names = sys.argv[1:] or list(SETS)
    for name in names:
        if name not in SETS:
            sys.exit(f"there is no set “{name}”: choose {', '.join(SETS)}")
    python = environment()
    for name in names:
        compare(python, name)


if __name__ == "__main__":
    main()
