"""Writes a synthetic set of choices: data.py FOLDER USERS ITEMS ROWS SPREAD STEEPNESS.

How eager a user is, is lognormal, how popular an item is falls with its rank as a power; both as
in the public sets of this kind, with tails as heavy as SPREAD and STEEPNESS say. A user chooses an
item once. The same numbers give the same files, `choices.csv` and `choices.parquet`,
with the columns `user` and `item`, a user's rows together.
"""

import os
import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

SEED = 7


def drawn(weights, count, random):
    """Numbers drawn by their weights."""
    sums = np.cumsum(weights)
    places = np.searchsorted(sums, random.random(count) * sums[-1])
    return np.minimum(places, len(weights) - 1)


def choices(users, items, rows, spread, steepness, random):
    """Keys of user and item, in order: draws until so many are different."""
    eagerness = random.lognormal(0.0, spread, users)
    popularity = (np.arange(items) + 8.0) ** -steepness
    names = random.permutation(items)
    keys = np.empty(0, np.int64)
    while len(keys) < rows:
        more = (rows - len(keys)) * 5 // 4 + 1000
        users_drawn = drawn(eagerness, more, random).astype(np.int64)
        keys = np.union1d(keys, users_drawn * items + names[drawn(popularity, more, random)])
    return np.sort(random.choice(keys, rows, replace=False))


def main():
    folder = sys.argv[1]
    users, items, rows = map(int, sys.argv[2:5])
    spread, steepness = map(float, sys.argv[5:7])
    random = np.random.default_rng(SEED)
    keys = choices(users, items, rows, spread, steepness, random)
    table = pa.table({"user": (keys // items + 1).astype("int32"),
                      "item": (keys % items + 1).astype("int32")})
    os.makedirs(folder, exist_ok=True)
    pa.parquet.write_table(table, f"{folder}/choices.parquet", compression="zstd")
    # Named so only when it is whole.
    pa.csv.write_csv(table, f"{folder}/part", pa.csv.WriteOptions(quoting_header="none"))
    os.replace(f"{folder}/part", f"{folder}/choices.csv")


main()
