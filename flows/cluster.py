"""Batches on the workers of a Dask cluster: the same work as in worker processes, on any number of machines.

Only the places of documents travel; every worker reads raw files, stages rows and merges shards through a file system
that all of them see. Prefect stays with the run: workers need the package and the folders, and no access to its server.

A Dask worker keeps a pool of processes of its own, one a thread, that build the pipeline once. So a document that ends
or holds up its process is found there, as on one machine, and a worker that is lost costs its batches only: the
scheduler hands them to another.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import Any, TypeVar

import dask
from distributed import Future, WorkerPlugin, get_worker
from distributed import TimeoutError as NotInTimeError
from prefect_dask.task_runners import DaskTaskRunner

from extractors.lexicon import LOCAL
from flows.batch import Done, Task
from flows.outcome import WrongUseError
from flows.workers import Workers
from schemas.version import pipeline_version

Input = TypeVar("Input")
Output = TypeVar("Output")
#: seconds within which the scheduler and its first worker must answer
PATIENCE = 60
_PLUGIN = "numerate"


class Pool(WorkerPlugin):
    """The processes of a Dask worker, with the run's rule tables.

    A worker with other code or rules would give other rows than the rest, so it says so instead of working.
    """

    name = _PLUGIN

    def __init__(self, rules: str, version: str) -> None:
        self._rules = rules
        self._version = version

    def setup(self, worker: Any) -> None:
        """Runs on the worker."""
        if multiprocessing.current_process().daemon:
            raise RuntimeError(
                f"{worker.address} may not start processes; start it with --no-nanny, "
                "or with DASK_DISTRIBUTED__WORKER__DAEMON=False"
            )
        if self._rules:
            os.environ[LOCAL] = self._rules
        if pipeline_version() != self._version:
            raise RuntimeError(f"{worker.address} has another version of numerate, or of its rules, than the run")
        self.workers = Workers(worker.state.nthreads)

    def teardown(self, worker: Any) -> None:
        """Runs on the worker when it ends."""
        self.workers.__exit__(None)


def _pool() -> Workers:
    pool = get_worker().plugins[_PLUGIN]
    assert isinstance(pool, Pool)
    return pool.workers


def _run(task: Task) -> list[Done]:
    return _pool().run(task)


def _do(work: Callable[[Input], Output], item: Input) -> Output:
    return next(_pool().map(work, [item]))


class Cluster:
    """The workers of a Dask cluster: the one at an address, else one of this machine. Used as ``Workers`` are."""

    def __init__(self, address: str, count: int) -> None:
        self._address = address
        # one worker a machine: its processes do the work
        local = {"n_workers": 1, "threads_per_worker": count, "dashboard_address": None}
        self._runner = DaskTaskRunner(address=address) if address else DaskTaskRunner(cluster_kwargs=local)
        self._open = ExitStack()

    def __enter__(self) -> Cluster:
        """
        Raises:
            WrongUseError: nothing answers at the address, or a worker cannot do the work.
        """
        try:
            settings = {"distributed.comm.timeouts.connect": f"{PATIENCE}s", "distributed.worker.daemon": False}
            self._open.enter_context(dask.config.set(settings))
            self._client = self._open.enter_context(self._runner).client
            self._client.wait_for_workers(1, timeout=PATIENCE)
            self._client.register_plugin(Pool(os.environ.get(LOCAL, ""), pipeline_version()))
        except (OSError, NotInTimeError) as error:
            self._open.close()
            raise WrongUseError(f"no Dask worker answers at {self._where} within {PATIENCE} s: {error}") from error
        except RuntimeError as error:
            self._open.close()
            raise WrongUseError(f"the workers at {self._where} cannot do the work: {error}") from error
        return self

    def __exit__(self, *failure: object) -> None:
        self._open.__exit__(*failure)  # type: ignore[arg-type]

    @property
    def _where(self) -> str:
        return self._address or "this machine"

    @property
    def count(self) -> int:
        """How many batches are read at a time, now."""
        return max(1, sum(map(int, self._client.nthreads().values())))

    def run(self, task: Task) -> list[Done]:
        """The batch, on some worker; several parts of it when a document had to be taken out."""
        done: list[Done] = self._client.submit(_run, task, pure=False).result()
        return done

    def map(self, work: Callable[[Input], Output], inputs: Iterable[Input]) -> Iterator[Output]:
        """Other work that can be done again, in order; a few pieces are handed out ahead of their turn."""
        waiting: deque[Future[Any]] = deque()
        ahead = 2 * self.count
        for item in inputs:
            waiting.append(self._client.submit(_do, work, item, pure=False))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
