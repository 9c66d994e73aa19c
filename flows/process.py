"""The Prefect flow ``process``: raw folder in, snapshot out. Tasks are thin; the work is in ``flows.run``."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from flows.embedded import prepare

prepare()

from prefect import flow, task  # noqa: E402 - after its settings
from prefect.cache_policies import NO_CACHE  # noqa: E402
from prefect.client.schemas.objects import State  # noqa: E402
from prefect.context import FlowRunContext  # noqa: E402
from prefect.states import Completed  # noqa: E402
from prefect.task_runners import ThreadPoolTaskRunner  # noqa: E402

from flows import log, run, summary  # noqa: E402
from flows.batch import Done, Task, process_batch  # noqa: E402
from flows.differences import of_working_rules  # noqa: E402
from flows.lock import exclusive  # noqa: E402
from flows.log import discreetly  # noqa: E402
from flows.objectstore import snapshots_at  # noqa: E402
from flows.outcome import BusyError, Report  # noqa: E402
from flows.pieces import run_here  # noqa: E402
from flows.plan import Inventory  # noqa: E402
from flows.progress import Progress, WithArtifact, shown  # noqa: E402
from flows.run import Work  # noqa: E402
from flows.selection import Selection  # noqa: E402
from flows.settings import Settings  # noqa: E402
from flows.workers import Workers  # noqa: E402

if TYPE_CHECKING:
    from flows.cluster import Cluster

#: batches handed to Prefect ahead of the workers, so that none waits and none piles up
_AHEAD = 3
Thing = TypeVar("Thing")


def _transient(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Worth another try: the disk or the network failed. A mistake in code or data stays one."""
    try:
        state.result()
    except OSError:
        return True
    except Exception:  # noqa: BLE001 - whatever else it was, it will be again
        return False
    return False


class Held(Generic[Thing]):
    """A parameter that Prefect takes as it is: it looks into collections and dataclasses, but not into this."""

    def __init__(self, value: Thing) -> None:
        self.value = value


class Tools:
    """What the tasks of one run share; Prefect takes it as it is, without looking into it."""

    def __init__(self, settings: Settings, progress: Progress, pool: Workers | Cluster | None = None) -> None:
        self.settings = settings
        self.progress = progress
        self.pool = pool


@task(name="discover", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=2, retry_condition_fn=_transient)
def discover(tools: Tools) -> Inventory:
    """What lies in the raw folder, each file known by its hash."""
    return discreetly(run.take_stock, tools.settings)


@task(name="plan", cache_policy=NO_CACHE)
def plan(tools: Tools, inventory: Held[Inventory], selection: Held[Selection | None]) -> Work:
    """What is new, changed or stale, or what somebody chose."""
    return discreetly(run.make_ready, tools.settings, inventory.value, selection.value)


@task(name="read", cache_policy=NO_CACHE, retries=2, retry_delay_seconds=2, retry_condition_fn=_transient)
def read(tools: Tools, batch: Held[Task]) -> list[Done]:
    """One batch: read, clean, extract, check, stage."""
    return discreetly(tools.pool.run, batch.value) if tools.pool else [discreetly(process_batch, batch.value)]


@task(name="publish", cache_policy=NO_CACHE)
def publish(tools: Tools, work: Held[Work]) -> str:
    """The new snapshot, complete, then current."""
    return discreetly(run.publish, work.value, tools.pool.map if tools.pool else run_here)


@task(name="report", cache_policy=NO_CACHE)
def tell(tools: Tools, found: Held[Report]) -> None:
    """The summary as an artifact on the page of the run."""
    from prefect.artifacts import create_markdown_artifact
    from prefect.context import TaskRunContext

    if TaskRunContext.get():
        create_markdown_artifact(
            summary.as_markdown(found.value), key="numerate-report", description="What the run did"
        )


_THREADS: Any = ThreadPoolTaskRunner(max_workers=64)


@flow(name="process", validate_parameters=False, task_runner=_THREADS)
def process(
    raw: str = "raw",
    processed: str = "processed",
    workers: int = 0,
    wait: bool = True,
    allow_shrink: bool = False,
    follow_links: bool = False,
    max_bytes: int = 100_000_000,
    max_quarantine: float = 0.05,
    seconds_per_document: float = 120.0,
    without_texts: bool = False,
    runner: str = "local",
    address: str = "",
    batch_bytes: int = 1_000_000,
) -> Report:
    """Turns what is new in a raw folder into a snapshot of validated tables.

    A run that a schedule started skips its turn when another one is at it; one started by hand waits, or is refused.

    Raises:
        RunError: nothing was published; its ``status`` is the exit status.
    """
    settings = Settings(
        raw,
        processed,
        workers=workers,
        wait=wait,
        allow_shrink=allow_shrink,
        follow_links=follow_links,
        max_bytes=max_bytes,
        max_quarantine=max_quarantine,
        seconds_per_document=seconds_per_document,
        without_texts=without_texts,
        runner=runner,
        address=address,
        batch_bytes=batch_bytes,
    )
    return _in_turn(settings, lambda tools: _run(tools))


@flow(name="reprocess", validate_parameters=False, task_runner=_THREADS)
def reprocess(
    raw: str = "raw",
    processed: str = "processed",
    doc: Sequence[str] = (),
    source: Sequence[str] = (),
    since: str | None = None,
    where: str | None = None,
    stale: bool = False,
    failed: bool = False,
    all: bool = False,
    dry_run: bool = False,
    examples: int = 20,
    workers: int = 0,
    wait: bool = True,
    follow_links: bool = False,
    max_bytes: int = 100_000_000,
    max_quarantine: float = 0.05,
    seconds_per_document: float = 120.0,
    runner: str = "local",
    address: str = "",
    batch_bytes: int = 1_000_000,
) -> Report:
    """Reads published documents again: those to which everything applies that is asked for.

    ``dry_run`` publishes nothing and reports the differences.

    Raises:
        RunError: nothing was published; its ``status`` is the exit status.
    """
    settings = Settings(
        raw,
        processed,
        workers=workers,
        wait=wait,
        follow_links=follow_links,
        max_bytes=max_bytes,
        max_quarantine=max_quarantine,
        seconds_per_document=seconds_per_document,
        runner=runner,
        address=address,
        batch_bytes=batch_bytes,
    )
    selection = Selection(tuple(doc), tuple(source), since, where, stale, failed, all)
    return _in_turn(settings, lambda tools: _run(tools, selection, examples if dry_run else None))


def _in_turn(settings: Settings, work: Callable[[Tools], Report]) -> Report:
    """Works when no other run is at it; skips its turn when a schedule asked for it."""
    log.to_prefect()
    tools = Tools(settings, WithArtifact(shown()))
    scheduled = _by_a_schedule()
    try:
        with exclusive(
            snapshots_at(settings.processed).root, wait=settings.wait and not scheduled, say=tools.progress.say
        ):
            return discreetly(work, tools)
    except BusyError as busy:
        if not scheduled:
            raise
        log.event("skipped", note=str(busy))
        skipped: Any = Completed(name="Skipped", message=f"skipped: {busy}")
        return cast(Report, skipped)  # Prefect takes a state for the end of the run
    except Exception as error:
        log.failure(error)
        raise


def _by_a_schedule() -> bool:
    context = FlowRunContext.get()
    return bool(context and context.flow_run and context.flow_run.auto_scheduled)


def _run(tools: Tools, selection: Selection | None = None, examples: int | None = None) -> Report:
    """With a number of examples it only looks at what it would change."""
    seconds: dict[str, float] = {}
    with _Stage("discover", tools, seconds):
        inventory = discover(tools)
    log.event("discovered", raw=tools.settings.raw, skipped=inventory.skipped, orphans=inventory.orphans)
    with _Stage("plan", tools, seconds):
        work = plan(tools, Held(inventory), Held(selection))
    work.seconds = seconds
    log.event("planned", **asdict(work.changes), bytes=work.ledger.cost(), pipeline=work.version)
    snapshot = None
    if not work.nothing_to_do:
        with _readers(tools, work):
            _read_all(tools, work)
            if examples is None:
                snapshot = _publish(tools, work)
    found = run.report(work, snapshot)
    if examples is not None:
        found.differences = of_working_rules(work, examples)
    tell(tools, Held(found))
    log.event("ended", **summary.as_fields(found))
    return found


@contextmanager
def _readers(tools: Tools, work: Work) -> Iterator[None]:
    """The processes that read and merge, where there is enough to do."""
    count = run.worker_count(work)
    if tools.settings.runner == "dask":
        from flows.cluster import Cluster  # the extra numerate[dask]

        with Cluster(tools.settings.address, count or 1) as tools.pool:
            yield
    elif count:
        with Workers(count) as tools.pool:
            yield
    else:
        yield


def _publish(tools: Tools, work: Work) -> str:
    with _Stage("publish", tools, work.seconds):
        snapshot = publish(tools, Held(work))
    work.seconds["publish"] -= work.seconds.get("compare", 0.0) + work.seconds.get("review", 0.0)  # told apart
    return snapshot


def _read_all(tools: Tools, work: Work) -> None:
    """Hands out the batches, a few ahead of the workers, and takes note of each that is done."""
    workers = tools.pool.count if tools.pool else 0
    total = work.ledger.cost()
    amount = 0
    tools.progress.stage("read")
    waiting: deque[Any] = deque()
    for batch in run.tasks(work):
        if not workers:
            amount += _note(work, read(tools, Held(batch)))
        else:
            timed = read.with_options(timeout_seconds=run.longest(batch))
            waiting.append(timed.submit(tools, Held(batch)))
        if len(waiting) >= _AHEAD * workers:
            amount += _note(work, waiting.popleft().result()) if waiting else 0
        tools.progress.done(amount, total)
    for future in waiting:
        amount += _note(work, future.result())
        tools.progress.done(amount, total)


def _note(work: Work, done: list[Done]) -> int:
    for part in done:
        run.record(work, part)
        log.detail("batch", batch=Path(part.path).name, **part.counts())
        for source, reason in run.refusals(part) if log.is_verbose() else ():
            log.detail("refused", source=source, reason=reason)
    return sum(part.bytes for part in done)


class _Stage:
    """Says which stage the run is at, and keeps how long it took."""

    def __init__(self, name: str, tools: Tools, seconds: dict[str, float]) -> None:
        self._name, self._seconds = name, seconds
        tools.progress.stage(name)

    def __enter__(self) -> None:
        self._started = perf_counter()

    def __exit__(self, *_: object) -> None:
        self._seconds[self._name] = perf_counter() - self._started
