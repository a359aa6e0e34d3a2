"""How many instructions counting takes, which does not depend on what else a machine does.

Counts sets of growing size under valgrind's callgrind, which knows no registers wider than 256 bits,
and prints for each the instructions of the whole command, reading included, also per pair event.
Wants valgrind and what run.py wants.
"""

import json
import os
import re
import subprocess
import sys

from run import DIR, HERE, TANDEM, environment

# Name, users, items, rows: twice as much of one thing at a time.
SHAPES = [
    ("small", 2_000, 2_000, 100_000),
    ("more items", 2_000, 4_000, 100_000),
    ("more users", 4_000, 2_000, 200_000),
    ("larger baskets", 2_000, 2_000, 200_000),
]
TOTAL = re.compile(r"summary: (\d+)")


def make(python, name, users, items, rows):
    folder = os.path.join(DIR, "instructions", name.replace(" ", "-"))
    if not os.path.exists(f"{folder}/choices.csv"):
        shape = map(str, (users, items, rows, 0.9, 0.9))
        subprocess.run([python, os.path.join(HERE, "data.py"), folder, *shape], check=True)
    return folder


def instructions(folder):
    """What the command answers, and the instructions it took in all."""
    out = f"{folder}/callgrind"
    call = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", TANDEM, "count",
            f"{folder}/choices.csv", "--threads", "1"]
    done = subprocess.run(call, capture_output=True, text=True, check=True)
    with open(out) as file:
        total = int(TOTAL.search(file.read())[1])
    os.remove(out)
    return json.loads(done.stdout.splitlines()[-1]), total


def main():
    python = environment()
    print("| | choices | pair events | instructions | for each pair event |")
    print("| --- | --- | --- | --- | --- |")
    for name, *shape in SHAPES:
        answer, total = instructions(make(python, name, *shape))
        events = answer["together_sum"]
        print(f"| {name} | {answer['interactions']:,} | {events:,} | {total:,} "
              f"| {total / events:.2f} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
