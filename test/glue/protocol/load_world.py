"""The load protocol as a world of two loaders: each step of a loader is one atomic call, and decisions are those of the product."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from waybill_lake.protocol import load as protocol

Row = tuple[str, str]
Counts = tuple[int, int, int]
"""New, conflicts, duplicates."""
Outcome = tuple[tuple[Row, ...], Counts]
"""Losers and counts, as an attempt saves them."""
Commit = tuple[str, Outcome]
"""wap.id and the outcome saved under it; the wap.id of maintenance is `m`."""

OBJECTS: dict[int, tuple[Row, ...]] = {1: (("k1", "a"), ("k2", "a")), 2: (("k1", "b"), ("k2", "a"))}
"""Object 2 has another content of k1, which wins, and repeats k2."""
NOTHING: Outcome = ((), (0, 0, 0))


@dataclass(frozen=True)
class Design:
    """Switches that take a part of the protocol away."""

    fenced: bool = True
    pinned: bool = True
    compare_and_set: bool = True
    run_id: bool = True
    outcome_saved: bool = True
    mark_before_commit: bool = False
    close_before_marks: bool = False
    insert_only: bool = False
    derived_guarded: bool = True
    no_commit_recorded: bool = True


class Loader(NamedTuple):
    at: str = "idle"
    fence: int = 0
    run: int = 0
    manifest: tuple[int, ...] = ()
    base: int = 0
    rows: tuple[Row, ...] = ()
    outcome: Outcome = NOTHING
    read: tuple[Row, ...] = ()
    """Rows that derived tables are made of, as read under the guard."""
    derived_base: int = 0


class World(NamedTuple):
    objects: tuple[str, str] = ("-", "-")
    fence: int = 0
    owner: int = 0
    run: int = 0
    manifest: tuple[int, ...] = ()
    next_run: int = 1
    history: tuple[Commit, ...] = ()
    rows: tuple[Row, ...] = ()
    conflicts: tuple[Row, ...] = ()
    derived: tuple[Row, ...] = ()
    derived_revision: int = 0
    losers_of: int = 0
    """Run whose losers were written last."""
    stale: bool = False
    """Losers of an older run were written over those of a newer."""
    recorded: tuple[tuple[int, Outcome], ...] = ()
    loaders: tuple[Loader, Loader] = (Loader(), Loader())
    crashes: int = 2
    takeovers: int = 2
    compactions: int = 1


def classify(manifest: tuple[int, ...], rows: tuple[Row, ...], known: tuple[Row, ...]) -> tuple[tuple[Row, ...], Outcome]:
    current, losers = dict(rows), set(known)
    new = duplicates = conflicts = 0
    for number in manifest:
        for key, content in OBJECTS[number]:
            if key not in current:
                current[key] = content
                new += 1
            elif content == current[key] or (key, content) in losers:
                duplicates += 1
            else:
                losers.add((key, min(content, current[key])))
                current[key] = max(content, current[key])
                conflicts += 1
    return tuple(sorted(current.items())), (tuple(sorted(losers - set(known))), (new, conflicts, duplicates))


def steps(world: World, design: Design) -> Iterator[tuple[str, World]]:
    for number in (1, 2):
        if world.objects[number - 1] == "-":
            yield f"object {number} archived", _with_objects(world, (number,), "new")
    if world.compactions and world.history:
        yield "compaction", world._replace(compactions=world.compactions - 1, history=(*world.history, ("m", NOTHING)))
    for index in (0, 1):
        step = _Step(world, index, design)
        if step.me.at == "idle":
            yield from step.start()
            continue
        if world.crashes:
            yield f"L{index + 1} crash", step.stop(crashes=world.crashes - 1)
        yield f"L{index + 1} {step.me.at}", step.take()


def _with_objects(world: World, numbers: tuple[int, ...], state: str) -> World:
    first, second = (state if number in numbers else world.objects[number - 1] for number in (1, 2))
    return world._replace(objects=(first, second))


class _Step:
    def __init__(self, world: World, index: int, design: Design) -> None:
        self.world, self.index, self.design = world, index, design
        self.me = world.loaders[index]

    def go(self, at: str, world: World | None = None, **mine: object) -> World:
        base = self.world if world is None else world
        me = self.me._replace(at=at, **mine)  # type: ignore[arg-type]
        one, two = (me if which == self.index else base.loaders[which] for which in (0, 1))
        return base._replace(loaders=(one, two))

    def stop(self, **changes: object) -> World:
        one, two = (Loader() if which == self.index else self.world.loaders[which] for which in (0, 1))
        return self.world._replace(loaders=(one, two), **changes)  # type: ignore[arg-type]

    def start(self) -> Iterator[tuple[str, World]]:
        world, number = self.world, self.index + 1
        if "new" not in world.objects and not world.run:
            return
        holder = world.loaders[world.owner - 1] if world.owner else Loader()
        is_live = holder.at != "idle" and holder.fence == world.fence
        if is_live and (world.owner == number or not world.takeovers):
            return
        taken = world._replace(fence=world.fence + 1, owner=number, takeovers=world.takeovers - int(is_live))
        if self.design.mark_before_commit:
            taken = taken._replace(run=0, manifest=())
        yield f"L{number} takes the lease{' over' if is_live else ''}", self.go(protocol.RESOLVE, taken, fence=taken.fence)

    def holds(self) -> bool:
        return self.world.fence == self.me.fence or not self.design.fenced

    def take(self) -> World:
        return getattr(self, f"_{self.me.at}")()  # type: ignore[no-any-return]

    def _resolve(self) -> World:
        world = self.world
        row_fence = world.fence if self.design.fenced else self.me.fence
        run = f"r{world.run}" if world.run else ""
        decision = protocol.resolve(fence=self.me.fence, row_fence=row_fence, run=run, manifest="", next_run=world.next_run)
        if isinstance(decision, protocol.FencedOff):
            return self.stop()
        if isinstance(decision, protocol.Resume):
            return self.go(protocol.PIN, run=world.run, manifest=world.manifest)
        chosen = tuple(number for number in (1, 2) if world.objects[number - 1] == "new")
        if chosen:
            return self.go(protocol.BEGIN, manifest=chosen)
        return self.stop(owner=0 if world.fence == self.me.fence else world.owner)

    def _begin(self) -> World:
        if not self.holds() or (self.world.run and self.design.fenced):
            return self.stop()
        run = self.world.next_run
        world = self.world._replace(run=run, manifest=self.me.manifest, next_run=run + 1)
        if self.design.mark_before_commit:
            world = _with_objects(world, self.me.manifest, "loaded")
        return self.go(protocol.PIN, world, run=run)

    def _pin(self) -> World:
        waps = (wap for wap, _ in reversed(self.world.history))
        committed = protocol.committed_under(f"r{self.me.run}", waps) if self.design.run_id else None
        recorded = dict(self.world.recorded).get(self.me.run) if self.design.no_commit_recorded else None
        if protocol.after_pin(committed, recorded=recorded is not None) == protocol.CONFLICTS:
            saved = dict(self.world.history).get(committed or "", recorded or NOTHING)
            if not self.design.outcome_saved:
                saved = classify(self.me.manifest, self.world.rows, ())[1]
            return self.go(protocol.CONFLICTS, outcome=saved)
        if self.design.pinned:
            return self._classified(len(self.world.history))
        return self.go(protocol.CLASSIFY)

    def _classify(self) -> World:
        return self._classified(len(self.world.history))

    def _classified(self, base: int) -> World:
        rows, outcome = classify(self.me.manifest, self.world.rows, self.world.conflicts)
        changed = rows != self.world.rows
        if self.design.insert_only:
            rows = tuple(row for row in rows if row[0] not in dict(self.world.rows))
        if protocol.after_classify(has_changes=changed) == protocol.COUNTS:
            # Without the switch, such a run goes on without a record, as a committed one does.
            following = "record" if self.design.no_commit_recorded else protocol.CONFLICTS
            return self.go(following, base=base, outcome=outcome)
        return self.go(protocol.COMMIT, base=base, rows=rows, outcome=outcome)

    def _record(self) -> World:
        world = self._recorded()
        return self.go(protocol.CONFLICTS, world, outcome=dict(world.recorded)[self.me.run])

    def _recorded(self) -> World:
        if self.me.run in dict(self.world.recorded):
            return self.world
        return self.world._replace(recorded=tuple(sorted((*self.world.recorded, (self.me.run, self.me.outcome)))))

    def _commit(self) -> World:
        world, me = self.world, self.me
        if self.design.compare_and_set:
            # What was staged has the base of now as its parent, and main moves from there or not at all.
            same = len(world.history) == me.base
            parent = me.base if same else -1
            if (
                protocol.after_stage(base=me.base, parent=parent) == protocol.RESOLVE
                or protocol.after_commit(accepted=same) == protocol.RESOLVE
            ):
                return self.go(protocol.RESOLVE)
            rows = me.rows
        elif self.design.insert_only:
            rows = tuple(sorted((*world.rows, *me.rows)))
        else:
            rows = classify(me.manifest, world.rows, ())[0]
        wap = protocol.wap_id(f"r{me.run}", me.fence, 1)
        return self.go(protocol.CONFLICTS, world._replace(rows=rows, history=(*world.history, (wap, me.outcome))))

    def _conflicts(self) -> World:
        """Pins the derived tables, then asks for the lease, then reads."""
        if self.design.derived_guarded and not self.holds():
            return self.stop()
        return self.go(protocol.DERIVED, derived_base=self.world.derived_revision, read=self.world.rows)

    def _derived(self) -> World:
        world, me = self.world, self.me
        if self.design.derived_guarded and world.derived_revision != me.derived_base:
            return self.go(protocol.CONFLICTS)
        written = world._replace(
            conflicts=tuple(sorted({*world.conflicts, *me.outcome[0]})),
            derived=me.read,
            derived_revision=world.derived_revision + 1,
            stale=world.stale or me.run < world.losers_of,
            losers_of=me.run,
        )
        return self.go(protocol.COUNTS, written)

    def _counts(self) -> World:
        return self.go(protocol.CLOSE if self.design.close_before_marks else protocol.MARKS, self._recorded())

    def _marks(self) -> World:
        waiting = [number for number in self.me.manifest if self.world.objects[number - 1] != "loaded"]
        if waiting:
            return self.go(protocol.MARKS, _with_objects(self.world, (waiting[0],), "loaded"))
        return self.stop() if self.design.close_before_marks else self.go(protocol.CLOSE)

    def _close(self) -> World:
        if not self.holds() or (self.world.run != self.me.run and self.design.fenced):
            return self.stop()
        if self.design.close_before_marks:
            return self.go(protocol.MARKS, self.world._replace(run=0, manifest=()))
        return self.stop(run=0, manifest=(), owner=0)
