"""How the cost of a count grows: growth.py [FOLDER], with interactions, items and basket size.

Makes sets that differ in one thing alone, under BENCH_DIR, and counts each three times with
`tandem count`; prints a table of the medians, and with FOLDER draws growth.svg there. Beside the
time of a pair event stand the bytes of the lines that the kernel reads for it, worked out from how
often each item is chosen, as src/counting/pairs/frequent.rs does it: an item's row reads a line of
64 bytes for each of its baskets and each 512 items that are as frequent as it or more.

TANDEM_BIN is the release; BENCH_THREADS the number of threads, else all processors; the
environment is that of run.py, of which this is a part.
"""

import json
import os
import statistics
import subprocess
import sys

import run

LINE_ITEMS = 512
LINE_BYTES = 64
# Rows, users, items; spread and steepness are those of the set of ten million.
SHAPE = (0.9, 0.9)
SERIES = {
    "interactions": [(rows, rows // 100, 20_000) for rows in
                     (1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000)],
    "items": [(5_000_000, 50_000, items) for items in
              (2_500, 5_000, 10_000, 20_000, 40_000, 80_000)],
    "basket size": [(5_000_000, users, 20_000) for users in
                    (400_000, 200_000, 100_000, 50_000, 25_000, 12_500)],
}


def line_bytes(python, folder):
    """The bytes of lines that are read, were all items counted by lines."""
    script = (
        "import sys, numpy as np, pyarrow.parquet as pq\n"
        "items = pq.read_table(sys.argv[1] + '/choices.parquet')['item'].to_numpy()\n"
        "totals = np.sort(np.bincount(items))[::-1].astype(np.int64)\n"
        f"print(int((totals * (np.arange(len(totals)) // {LINE_ITEMS} + 1)).sum()) * {LINE_BYTES})\n"
    )
    return int(subprocess.check_output([python, "-c", script, folder]))


def measure(python, rows, users, items):
    folder = os.path.join(run.DIR, f"growth-{rows}-{users}-{items}")
    if not os.path.exists(os.path.join(folder, "choices.csv")):
        shape = map(str, (users, items, rows, *SHAPE))
        data = os.path.join(run.HERE, "data.py")
        subprocess.run([python, data, folder, *shape], check=True)
    runs = [run.run(python, "tandem", folder) for _ in range(run.TIMES)]
    counted = [answer["seconds_count"] for answer, *_ in runs]
    read = [answer["seconds_read"] for answer, *_ in runs]
    answer = runs[0][0]
    return {
        "rows": rows, "items": items, "basket": rows / users,
        "events": answer["together_sum"], "pairs": answer["pairs"],
        "read": statistics.median(read), "count": statistics.median(counted),
        "memory": max(memory for *_, memory in runs),
        "bytes": line_bytes(python, folder) / answer["together_sum"],
    }


def table(name, measured):
    print(f"\nGrowth with {name}; {run.THREADS} threads\n")
    print("| choices | items | a basket | pair events | pairs | read, s | count, s | ns an event "
          "| bytes of lines an event | memory, MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for one in measured:
        nanoseconds = 1e9 * one["count"] / one["events"]
        print(f"| {one['rows']:,} | {one['items']:,} | {one['basket']:.0f} | {one['events']:,} "
              f"| {one['pairs']:,} | {one['read']:.2f} | {one['count']:.3f} | {nanoseconds:.2f} "
              f"| {one['bytes']:.1f} | {one['memory']:,.0f} |", flush=True)


def draw(python, folder, measured):
    """Draws the series beside each other, both axes in powers."""
    script = os.path.join(run.HERE, "plot.py")
    path = os.path.join(folder, "growth.svg")
    subprocess.run([python, script, path], input=json.dumps(measured), text=True, check=True)


def main():
    python = run.environment()
    measured = {}
    for name, shapes in SERIES.items():
        measured[name] = [measure(python, *shape) for shape in shapes]
        table(name, measured[name])
    if folder := next(iter(sys.argv[1:]), None):
        draw(python, folder, measured)


main()
