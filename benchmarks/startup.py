"""How long the filters take to start, beside spaCy's own start: `python -m benchmarks.startup [ROUNDS]`.

One short line goes through each filter in a new process; runs alternate, so that a busy moment hits all alike. The bar
is 2.5 times `import spacy; spacy.blank("en")`. Exit status 1 when a filter is slower than that.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

LIMIT = 2.5
NUMERATE = str(Path(sys.executable).parent / "numerate")
LINE = json.dumps({"id": "a", "text": "Exports rose 7.4 percent to 32.1 billion yuan in 2016."}) + "\n"
# Without the project's own components: spaCy loads every installed one with its first pipeline, ours among them.
BARE = "import catalogue; catalogue.Registry.get_entry_points = lambda self: {}; import spacy; spacy.blank('en')"
COMMANDS = {
    "spacy.blank": [sys.executable, "-c", BARE],
    "numerate clean": [NUMERATE, "clean", "--jsonl"],
    "numerate extract": [NUMERATE, "extract", "--jsonl"],
}


def seconds(command: list[str]) -> float:
    """The wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, input=LINE, text=True, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def medians(rounds: int = 9) -> dict[str, float]:
    """The median wall time of each command, in seconds."""
    for command in COMMANDS.values():
        seconds(command)  # the first run reads from disk and compiles
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    return {name: statistics.median(values) for name, values in times.items()}


def main(rounds: int = 9) -> int:
    """Print the medians and how they compare with the first; 1 if one is over the limit."""
    times = medians(rounds)
    base = times["spacy.blank"]
    for name, value in times.items():
        print(f"{name:18s} {value:6.3f} s   {value / base:4.2f} x")
    return int(max(times.values()) > LIMIT * base)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
