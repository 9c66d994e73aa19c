"""Batches in worker processes. A document that ends or holds up its worker is found, and the others are read.

A broken pool does not say who broke it. Each batch leaves word of the document it is at, so the suspect is read once
more, alone, in a process of its own: only what ends that one too is convicted.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import active_children, get_context
from typing import Generic, NamedTuple, TypeVar

from flows.batch import Done, Task, convict, in_flight_path, process_batch, warm_up
from flows.log import discreetly

Input = TypeVar("Input")
Output = TypeVar("Output")
#: batches after which a worker gives way to a new one. spaCy remembers every word it has seen, a megabyte of memory
#: for each of text; its memory zones, which forget, made reading 15 % slower
RENEW_AFTER = 200
_TRIES = 3
_POLL = 1.0


_NO_BLAME = "worker processes end again and again; is there enough memory? try --workers 1"


class _Pending(NamedTuple, Generic[Output]):
    """Work handed to a pool."""

    pool: ProcessPoolExecutor
    future: Future[Output]


class PoolError(BrokenProcessPool):
    """The workers cannot go on, for a reason of ours."""

    in_own_words = True


class StuckError(BrokenProcessPool):
    """A worker was killed because its document took far too long and could not be interrupted."""


class Workers:
    """A pool of spawned processes; each builds the spaCy pipeline once. Thread-safe; a context manager."""

    def __init__(self, count: int, renew_after: int = RENEW_AFTER) -> None:
        self._count = count
        self._renew_after = renew_after
        self._handed_out = 0
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._alone = threading.Lock()
        self._closed = False

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """A run that was interrupted, or has failed, does not wait for batches that nobody will take."""
        self._closed = True
        for worker in active_children() if kind else ():
            worker.terminate()
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def count(self) -> int:
        """How many batches are read at a time."""
        return self._count

    def run(self, task: Task) -> list[Done]:
        """The batch, in a worker; several parts of it when a document had to be taken out.

        Raises:
            BrokenProcessPool: workers end again and again although no document is to blame.
        """
        task = replace(task, owner=f"{platform.node()}-{os.getpid()}")
        for _ in range(_TRIES):
            pool = self._current()
            try:
                return [_watched(pool, task)]
            except BrokenProcessPool as error:
                self._drop(pool)
                if self._closed:
                    raise
                stuck = isinstance(error, StuckError)
            suspect = _suspect(task)
            if suspect is not None:
                return self._without(suspect, task, stuck=stuck)
        raise PoolError(_NO_BLAME)

    def map(self, work: Callable[[Input], Output], inputs: Iterable[Input]) -> Iterator[Output]:
        """Other work that can be done again, in order; a few pieces are handed out ahead of their turn.

        Raises:
            BrokenProcessPool: workers end again and again.
        """
        waiting: deque[tuple[Input, _Pending[Output]]] = deque()
        for item in inputs:
            waiting.append((item, self._submit(work, item)))
            if len(waiting) > 2 * self._count:
                yield self._result(work, *waiting.popleft())
        while waiting:
            yield self._result(work, *waiting.popleft())

    def _submit(self, work: Callable[[Input], Output], item: Input) -> _Pending[Output]:
        for _ in range(_TRIES):
            pool = self._current()
            try:
                return _Pending(pool, pool.submit(discreetly, work, item))
            except BrokenProcessPool:
                self._drop(pool)
        raise PoolError(_NO_BLAME)

    def _result(self, work: Callable[[Input], Output], item: Input, pending: _Pending[Output]) -> Output:
        for _ in range(_TRIES):
            try:
                return pending.future.result()
            except BrokenProcessPool:
                self._drop(pending.pool)
            pending = self._submit(work, item)
        raise PoolError(_NO_BLAME)

    def _without(self, suspect: str, task: Task, *, stuck: bool) -> list[Done]:
        alone = replace(task, items=tuple(item for item in task.items if item.doc_id == suspect))
        others = replace(task, items=tuple(item for item in task.items if item.doc_id != suspect))
        if stuck:
            done = [_too_slow(alone)]
        else:
            with self._alone:
                done = [_tried_alone(alone)]
        return done + (self.run(others) if others.items else [])

    def _current(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._closed:
                raise PoolError("the run has ended")
            self._handed_out += 1
            if self._pool and self._handed_out > self._count * self._renew_after:
                self._pool.shutdown(wait=False)  # it finishes what it has
                self._pool, self._handed_out = None, 1
            if self._pool is None:
                context = get_context("spawn")
                self._pool = ProcessPoolExecutor(
                    self._count, context, initializer=start_worker, initargs=(os.getpid(),)
                )
            return self._pool

    def _drop(self, pool: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._pool is pool:
                self._pool = None
        pool.shutdown(wait=False, cancel_futures=True)


def _tried_alone(task: Task) -> Done:
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=start_worker, initargs=(os.getpid(),)) as pool:
        try:
            return _watched(pool, task)
        except StuckError:
            return _too_slow(task)
        except BrokenProcessPool:
            in_flight_path(task).unlink(missing_ok=True)
    return convict(task, "crashed", "the process that read it ended, also with this document alone")


def _too_slow(task: Task) -> Done:
    in_flight_path(task).unlink(missing_ok=True)
    return convict(
        task, "too_slow", f"more than {task.limit(task.items[0]):.3g} seconds, and it could not be interrupted"
    )


def start_worker(parent: int) -> None:
    """Readies a worker: Ctrl-C is the parent's business, and a worker whose parent was killed ends by itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    warm_up()
    # rule tables and modules stay for ever: looking through them for garbage again and again cost 5 % of the reading
    gc.collect()
    gc.freeze()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL)
    os._exit(1)


def _watched(pool: ProcessPoolExecutor, task: Task) -> Done:
    """The result of a batch; kills its worker when one document takes far longer than allowed."""
    future = pool.submit(discreetly, process_batch, task)
    killed = False
    while True:
        try:
            return future.result(timeout=_POLL)
        except NotYet:
            killed = killed or _kill_if_stuck(task)
        except BrokenProcessPool as error:
            if killed:
                raise StuckError(str(error)) from error
            raise


def _kill_if_stuck(task: Task) -> bool:
    """Kills the worker whose document did not end by itself some time after it should have."""
    path = in_flight_path(task)
    try:
        since = time.time() - path.stat().st_mtime
        entry = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    if since < entry["seconds"] * 1.1 + 2 * _POLL:
        return False
    for worker in active_children():  # and nobody else, should the number belong to another process by now
        if worker.pid == entry["pid"]:
            worker.kill()
            return True
    return False


def _suspect(task: Task) -> str | None:
    """The document a batch was at when its worker ended."""
    path = in_flight_path(task)
    try:
        doc_id = str(json.loads(path.read_text("utf-8"))["doc_id"])
    except (OSError, ValueError):
        return None
    path.unlink(missing_ok=True)
    return doc_id
