"""Works side by side answer as if they had been done one after another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from waybill_lake.at_once import at_once


def test_answers_stand_in_the_order_of_the_works() -> None:
    first_may_end = threading.Event()

    def first() -> int:
        assert first_may_end.wait(10), "the second does not run beside the first"
        return 1

    def second() -> int:
        first_may_end.set()
        return 2

    assert at_once([first, second]) == [1, 2]
    assert at_once([second]) == [2]
    assert at_once([]) == []


def test_a_work_begins_while_the_next_one_is_made() -> None:
    begun, ended = threading.Event(), threading.Event()

    def first() -> int:
        begun.set()
        return 1

    def works() -> Iterator[Callable[[], int]]:
        yield first
        assert begun.wait(10), "the first waits until all are made"
        yield lambda: 2

    assert at_once(works()) == [1, 2]

    def goes_on() -> int:
        threading.Event().wait(0.2)
        ended.set()
        return 1

    def breaking() -> Iterator[Callable[[], int]]:
        yield goes_on
        raise ValueError("the second cannot be made")

    with pytest.raises(ValueError, match="cannot be made"):
        at_once(breaking())
    assert ended.is_set(), "nothing goes on behind the error"


def test_an_error_is_raised_when_all_have_ended() -> None:
    ended = threading.Event()

    def fails() -> int:
        raise ValueError("the first error")

    def goes_on() -> int:
        threading.Event().wait(0.2)
        ended.set()
        return 1

    with pytest.raises(ValueError, match="the first error"):
        at_once([fails, goes_on])
    assert ended.is_set()
