"""Kill a command at moments spread over its run, resume it until it ends by itself, and compare what it left behind.

``command`` is a list of words in which ``{store}`` stands for the store's path. The same command must start a run and
resume it. How a store is compared is the caller's: ``signature`` reads a finished one and returns something that can
be compared and shown.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

T = TypeVar("T")
BINS = 10
KEPT_OUTPUT = 2000
LOOK_EVERY = 0.02
SECOND_AFTER = 0.5


class StuckError(AssertionError):
    """A run that did not end in its time, or not with an exit code that means done."""


@dataclass(frozen=True)
class Trial(Generic[T]):
    """One store, made by a run that was killed."""

    killed_at: tuple[float, ...]  # seconds after the start of the process that was killed, one for each kill
    missed: int  # kills that found the process already ended, those that were tried again too
    codes: tuple[int, ...]  # the exit code of each process, in order; negative is the signal that ended it
    seconds: float  # of all its processes together
    signature: T
    same: bool
    found: tuple[int, ...] = ()  # what the store held after each kill, where that is counted
    whole: float = 0.0  # seconds that an undisturbed run was known to take when this one was made

    @property
    def tenths(self) -> list[int]:
        """In which tenth of an undisturbed run each kill fell."""
        return [min(BINS - 1, int(moment / self.whole * BINS)) for moment in self.killed_at]


@dataclass(frozen=True)
class KillReport(Generic[T]):
    """What became of all trials, beside the run that nobody disturbed."""

    seconds: float  # that the undisturbed run took
    signature: T
    trials: list[Trial[T]] = field(default_factory=list)
    window: tuple[float, float] | None = None  # seconds of its first and of its last commit, where that was watched
    held: int = 0  # what its store held in the end, where that is counted

    @property
    def same(self) -> bool:
        """Whether every killed run left what the undisturbed one left."""
        return all(trial.same for trial in self.trials)

    @property
    def within(self) -> int:
        """The kills between the first and the last commit: by what the store held then, where that is counted."""
        if self.held:
            return sum(0 < count < self.held for trial in self.trials for count in trial.found)
        first, last = self.window or (0.0, self.seconds)
        return sum(first <= moment <= last for trial in self.trials for moment in trial.killed_at)

    def histogram(self) -> str:
        """The moments of the kills as text, one line for each tenth of the undisturbed run, a letter for each kill.

        ``o`` is a kill whose trial ended like the undisturbed run, ``X`` one whose trial did not.
        """
        tenths = [""] * BINS
        for trial in self.trials:
            for tenth in trial.tenths:
                tenths[tenth] += "o" if trial.same else "X"
        kills, missed = sum(len(t.killed_at) for t in self.trials), sum(t.missed for t in self.trials)
        good = sum(trial.same for trial in self.trials)
        lines = [
            f"undisturbed {self.seconds:.2f} s; {kills} kills, {missed} too late; {good} of {len(self.trials)} alike"
        ]
        if self.window:
            first, last = self.window
            lines.append(f"commits from {first:.2f} s to {last:.2f} s, {self.within} of {kills} kills between them")
        step = self.seconds / BINS
        lines += [f"{n * step:7.2f}-{(n + 1) * step:.2f} s  {marks}" for n, marks in enumerate(tenths)]
        return "\n".join(lines)


def kill_and_resume(
    command: Sequence[str],
    store: Path,
    signature: Callable[[Path], T],
    *,
    trials: int = 20,
    kills_a_trial: int = 1,
    with_signal: signal.Signals = signal.SIGKILL,
    done: Collection[int] = (0,),
    seed: int = 1,
    patience: float = 120,
    max_runs: int = 20,
    before_trial: Callable[[], None] | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    committed: Callable[[Path], int] | None = None,
    second_signals: float = 0,
    hit_each: bool = False,
) -> KillReport[T]:
    """Run undisturbed once, then ``trials`` times from an empty store with kills, and report.

    Each kill comes at a moment drawn uniformly from the undisturbed run's time; with ``kills_a_trial`` above one, the
    resumed process is killed again, at a moment drawn from what is left of that time, start-up included.
    ``done`` holds the exit codes that mean a finished run (a crawler may end with 1 because some pages failed).
    ``before_trial`` puts a server back as it was. No process lives longer than ``patience`` seconds. ``committed``
    counts what a store in the making holds; it is asked while the undisturbed run works, to know its first and last
    commit. In the share ``second_signals`` of the trials a second signal follows the first after up to half a second.
    With ``hit_each`` a trial whose kill came too late is made again, at a moment drawn from the time which it took
    itself: a machine that others use is not always as fast.

    Raises :class:`StuckError` when a process that nobody killed ends with another code, never ends, or takes more
    than ``max_runs`` resumptions.
    """
    runner = _Runner(command, store, with_signal, patience, environment, folder)
    _remove(store)
    if before_trial:
        before_trial()
    code, seconds = runner.run(None, committed=committed)
    if code not in done:
        raise StuckError(f"the undisturbed run ended with {code}: {runner.output()}")
    report = KillReport(seconds, signature(store), window=runner.window, held=committed(store) if committed else 0)
    random = Random(seed)
    late = 0
    while len(report.trials) < trials:
        _remove(store)
        if before_trial:
            before_trial()
        left, moments, codes, spent = seconds, list[float](), list[int](), 0.0
        held = list[int]()
        while True:
            moment = random.uniform(0, left) if len(codes) < kills_a_trial else None
            again = random.uniform(0, SECOND_AFTER) if random.random() < second_signals else None
            code, took = runner.run(moment, again_after=again)
            codes.append(code)
            spent += took
            if moment is not None and runner.hit:
                moments.append(took)
                held.append(committed(store) if committed and store.exists() else 0)
                left = max(left - took, seconds / BINS)
            elif code in done:
                break
            else:
                raise StuckError(f"a run that was not killed ended with {code}: {runner.output()}")
            if len(codes) > max_runs:
                raise StuckError(f"not finished after {max_runs} runs")
        found = signature(store)
        missed = min(kills_a_trial, len(codes)) - len(moments)
        if hit_each and not moments and late < max_runs and found == report.signature:
            late, seconds = late + 1, spent
            continue
        missed, late = missed + late, 0
        same = found == report.signature
        report.trials.append(Trial(tuple(moments), missed, tuple(codes), spent, found, same, tuple(held), seconds))
    return report


class _Runner:
    """Starts the command and ends it, by its own handle."""

    def __init__(
        self,
        command: Sequence[str],
        store: Path,
        with_signal: signal.Signals,
        patience: float,
        environment: Mapping[str, str] | None,
        folder: Path | None,
    ) -> None:
        self._command = [word.replace("{store}", str(store)) for word in command]
        self._signal = with_signal
        self._patience = patience
        self._environment = dict(environment) if environment is not None else None
        self._folder = folder
        self._store = store
        self._said = store.parent / f"{store.name}.said"
        self.hit = False
        self.window: tuple[float, float] | None = None

    def run(
        self,
        kill_after: float | None,
        *,
        again_after: float | None = None,
        committed: Callable[[Path], int] | None = None,
    ) -> tuple[int, float]:
        """Exit code and seconds of one process; ``hit`` says whether the signal found it alive."""
        self.hit = False
        with self._process() as process:
            started = time.perf_counter()
            if kill_after is not None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(kill_after)
                if process.poll() is None:
                    took = time.perf_counter() - started
                    process.send_signal(self._signal)
                    self.hit = True
                    if again_after is not None:
                        with contextlib.suppress(subprocess.TimeoutExpired):
                            process.wait(again_after)
                        if process.poll() is None:
                            process.send_signal(self._signal)
                    return self._wait(process), took
            if committed is not None:
                self._watch(process, started, committed)
            return self._wait(process), time.perf_counter() - started

    def _watch(self, process: subprocess.Popen[bytes], started: float, committed: Callable[[Path], int]) -> None:
        """Note when the store of a running process grew first and last."""
        grown, held = list[float](), 0
        while process.poll() is None and time.perf_counter() - started < self._patience:
            if self._store.exists() and (now := committed(self._store)) != held:
                held = now
                grown.append(time.perf_counter() - started)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_EVERY)
        self.window = (grown[0], grown[-1]) if grown else None

    def output(self) -> str:
        """The end of what the last process printed."""
        return self._said.read_text(encoding="utf-8", errors="replace")[-KEPT_OUTPUT:]

    def _wait(self, process: subprocess.Popen[bytes]) -> int:
        try:
            return process.wait(self._patience)
        except subprocess.TimeoutExpired:
            raise StuckError(f"no end after {self._patience} s: {self.output()}") from None

    @contextlib.contextmanager
    def _process(self) -> Iterator[subprocess.Popen[bytes]]:
        with self._said.open("wb") as said:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=self._environment,
                cwd=self._folder,
            )
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()
                process.wait()


def _remove(store: Path) -> None:
    """Remove a store, a folder or a file, and the files that databases put beside it (``-wal``, ``-shm``, …)."""
    if store.is_dir():
        shutil.rmtree(store)
    for beside in (store, *store.parent.glob(f"{store.name}[-.]*")):
        if beside.is_file():
            beside.unlink()
