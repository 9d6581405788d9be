"""What keeps answers quick while the control plane has other work.

- An answer of a function comes back on a thread of its own, which must get the interpreter from the loop several times: each time it
  waited up to 5 ms.
- A full collection of garbage looks at all that is stored and stops everything for it, 90 ms with 100,000 vehicles. What is stored is
  freed by its count of references; cycles that live long are few.
- A caller comes with the same token for an hour: its signature is checked once. Its times and claims are checked with each request.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from typing import Any

from ministack.services import apigateway

SWITCH_SECONDS = 0.0005
#: Collections of the middle generation before a full one; the stock value is 10.
YOUNG_BEFORE_FULL = 1_000
#: Checked tokens that are remembered.
TOKENS = 1_000

Verify = Callable[[str, dict[str, Any]], bool]


def once_per_token(verify: Verify) -> Verify:
    """Remembers that a token was signed with a key; that it was not is looked at each time."""
    known: dict[tuple[str, Any, Any], None] = {}

    def inner(token: str, jwk: dict[str, Any]) -> bool:
        key = (token, jwk.get("n"), jwk.get("e"))
        if key in known:
            return True
        if not verify(token, jwk):
            return False
        if len(known) >= TOKENS:
            known.clear()
        known[key] = None
        return True

    return inner


def install() -> None:
    apigateway._verify_rs256_signature = once_per_token(apigateway._verify_rs256_signature)
    sys.setswitchinterval(SWITCH_SECONDS)
    young, middle, _full = gc.get_threshold()
    gc.set_threshold(young, middle, YOUNG_BEFORE_FULL)


def settle() -> None:
    """After the start: what was loaded stays for good and is never looked through again."""
    gc.collect()
    gc.freeze()
