"""Counts a set with another program: peer.py ENGINE FOLDER THREADS [check].

Prints one JSON line: `counting`, the seconds from arrays or a table in memory until every pair's
count can be read. With `check` also `pairs`, `together` and `checksum`, the sum over pairs of
count * (a * 2654435761 + b) modulo 2^64, a the smaller id.
"""

import json
import os
import sys
import time

ENGINE, FOLDER, THREADS = sys.argv[1:4]
CHECK = "check" in sys.argv[4:]
for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"]:
    os.environ[name] = THREADS

import numpy as np  # noqa: E402, after the number of threads is said
import pyarrow as pa  # noqa: E402

pa.set_cpu_count(int(THREADS))
CSV = f"{FOLDER}/choices.csv"
PART = 1 << 24


class Sum:
    """Adds up what all engines must agree on."""

    def __init__(self):
        self.pairs = self.together = self.checksum = 0

    def add(self, a, b, count):
        a, b, count = (np.asarray(values).astype(np.uint64) for values in (a, b, count))
        a, b = np.minimum(a, b), np.maximum(a, b)
        products = count * (a * np.uint64(2654435761) + b)
        self.pairs += len(count)
        self.together += int(count.sum())
        self.checksum = (self.checksum + int(products.sum(dtype=np.uint64))) % 2**64

    def add_parts(self, a, b, count):
        for at in range(0, len(count), PART):
            part = slice(at, at + PART)
            later = a[part] < b[part]
            self.add(a[part][later], b[part][later], count[part][later])


def read():
    """Users and items as dense numbers, and the id of each item's number."""
    import pyarrow.csv

    table = pyarrow.csv.read_csv(CSV)
    _, users = np.unique(table["user"].to_numpy(), return_inverse=True)
    items, numbers = np.unique(table["item"].to_numpy(), return_inverse=True)
    return users.astype(np.int32), numbers.astype(np.int32), items


def matrix(users, numbers, kind):
    from scipy import sparse

    return sparse.csr_matrix((np.ones(len(users), kind), (users, numbers)))


def scipy(total):
    users, numbers, items = read()
    start = time.perf_counter()
    choices = matrix(users, numbers, np.int32)
    counts = choices.T @ choices
    seconds = time.perf_counter() - start
    for at in range(0, counts.shape[0] if CHECK else 0, 1024):
        rows = counts[at : at + 1024].tocoo()
        total.add_parts(items[rows.row + at], items[rows.col], rows.data)
    return seconds


def implicit(total):
    from implicit.nearest_neighbours import all_pairs_knn

    users, numbers, items = read()
    start = time.perf_counter()
    choices = matrix(users, numbers, np.float64)
    counts = all_pairs_knn(choices, len(items), show_progress=False, num_threads=int(THREADS))
    seconds = time.perf_counter() - start
    if CHECK:
        there = counts.data > 0.5
        total.add_parts(items[counts.row[there]], items[counts.col[there]], counts.data[there])
    return seconds


def duckdb(total):
    import duckdb

    database = duckdb.connect()
    database.execute(f"set threads = {THREADS}; set preserve_insertion_order = false")
    database.execute(f"create table choice as from read_csv('{CSV}')")
    start = time.perf_counter()
    database.execute(
        """create table pair as
           select a.item a, b.item b, count(*)::int together
           from choice a join choice b on a.user = b.user and a.item < b.item
           group by all"""
    )
    seconds = time.perf_counter() - start
    if CHECK:
        for batch in database.sql("from pair").to_arrow_reader(PART):
            total.add(*(column.to_numpy() for column in batch.columns))
    return seconds


def polars(total):
    import polars

    choices = polars.read_csv(CSV)
    start = time.perf_counter()
    pairs = (
        choices.lazy()
        .join(choices.lazy(), on="user", suffix="_b")
        .filter(polars.col("item") < polars.col("item_b"))
        .group_by("item", "item_b")
        .agg(polars.len().alias("together"))
        .collect(engine="streaming")
    )
    seconds = time.perf_counter() - start
    if CHECK:
        total.add(pairs["item"], pairs["item_b"], pairs["together"])
    return seconds


def main():
    total = Sum()
    engines = [scipy, implicit, duckdb, polars]
    seconds = {engine.__name__: engine for engine in engines}[ENGINE](total)
    answer = {"counting": seconds}
    if CHECK:
        answer |= {"pairs": total.pairs, "together": total.together}
        answer["checksum"] = f"{total.checksum:016x}"
    print(json.dumps(answer))


main()
