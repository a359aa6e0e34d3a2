"""Draws what growth.py measured, as JSON on standard input: plot.py FILE."""

import json
import sys

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.fonttype"] = "none"
matplotlib.rcParams["svg.hashsalt"] = "tandem"
import matplotlib.pyplot as plt

AXES = {
    "interactions": ("rows", "choices, 100 in a basket, 20,000 items"),
    "items": ("items", "items, 5 million choices, 100 in a basket"),
    "basket size": ("basket", "choices in a basket, 5 million in all, 20,000 items"),
}


def main():
    measured = json.load(sys.stdin)
    figure, panels = plt.subplots(1, len(AXES), figsize=(12, 3.6), sharey=True, layout="constrained")
    for panel, (name, (key, label)) in zip(panels, AXES.items()):
        places = [one[key] for one in measured[name]]
        panel.loglog(places, [one["count"] for one in measured[name]], "o-", label="count")
        panel.loglog(places, [one["read"] for one in measured[name]], "s--", label="read the CSV")
        panel.set_xlabel(label)
        panel.grid(True, which="both", alpha=0.25)
    panels[0].set_ylabel("seconds")
    panels[0].legend()
    figure.savefig(sys.argv[1], metadata={"Date": None})


main()
