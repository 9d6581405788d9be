"""The load protocol in every interleaving of two loaders, crashes, lost leases and compaction; refuted designs must fail."""

from __future__ import annotations

import pytest

from protocol.exploring import Explored, explore
from protocol.load_invariants import is_quiet, problem_of
from protocol.load_world import Design, World, steps
from waybill_lake.protocol import load as protocol


def explored(design: Design, world: World) -> Explored[World]:
    return explore(world, lambda state: steps(state, design), problem_of, is_quiet)


def test_the_specified_design_holds_in_every_interleaving_and_never_gets_stuck() -> None:
    answer = explored(Design(), World(crashes=1, takeovers=2))
    assert (answer.problem, answer.path) == (None, ())
    assert answer.states > 20_000


@pytest.mark.parametrize(
    ("design", "world", "problem"),
    [
        pytest.param(Design(mark_before_commit=True), World(crashes=1, takeovers=0), "rows lost", id="objects marked before the commit"),
        pytest.param(Design(fenced=False, compare_and_set=False), World(crashes=0, takeovers=1), "", id="lease without fencing"),
        pytest.param(
            Design(pinned=False), World(crashes=0, takeovers=1), "counts", id="history checked on one snapshot, classified on a later"
        ),
        pytest.param(
            Design(insert_only=True, compare_and_set=False), World(crashes=0, takeovers=1), "duplicate key", id="a MERGE that only inserts"
        ),
        pytest.param(Design(run_id=False), World(crashes=1, takeovers=0), "counts", id="recovery without the run id in the snapshot"),
        pytest.param(Design(outcome_saved=False), World(crashes=1, takeovers=0), "counts wrong", id="losers recomputed after the commit"),
        pytest.param(
            Design(close_before_marks=True), World(crashes=1, takeovers=0), "counted twice", id="run closed before its objects are marked"
        ),
        pytest.param(Design(derived_guarded=False), World(crashes=0, takeovers=1), "", id="derived tables written without guard"),
        pytest.param(
            Design(no_commit_recorded=False), World(crashes=1, takeovers=0), "counts", id="a run without commit that is not recorded first"
        ),
    ],
)
def test_refuted_designs_fail(design: Design, world: World, problem: str) -> None:
    answer = explored(design, world)
    assert answer.problem is not None
    assert problem in answer.problem, (answer.problem, answer.path)


def test_only_the_own_run_proves_a_commit() -> None:
    assert protocol.committed_under("r1", ["r10#1#1", "", "r1#2#3"]) == "r1#2#3"
    assert protocol.committed_under("r1", ["r10#1#1"]) is None
    assert protocol.fence_of(protocol.wap_id("r1", 7, 2)) == 7


def test_an_identity_that_is_not_accounted_for_breaks_the_equation() -> None:
    assert protocol.equation_holds(identities=10, new=4, conflicts=2, duplicates=3, parked=1)
    assert not protocol.equation_holds(identities=10, new=4, conflicts=2, duplicates=3, parked=0)
