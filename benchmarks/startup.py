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


def main(rounds: int = 9) -> int:
    """Print the median of each command and how it compares with the first; 1 if one is over the limit."""
    for command in COMMANDS.values():
        seconds(command)  # the first run reads from disk and compiles
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(rounds):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    base = statistics.median(times["spacy.blank"])
    worst = 0.0
    for name, values in times.items():
        ratio = statistics.median(values) / base
        worst = max(worst, ratio)
        print(f"{name:18s} {statistics.median(values):6.3f} s   {ratio:4.2f} x   (fastest {min(values):.3f} s)")
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
