"""What keeps the control plane's answers quick, run in process. Usage: python responsive_probe.py <launcher folder>   prints JSON"""

from __future__ import annotations

import gc
import json
import sys

sys.path.insert(0, sys.argv[1])

import responsive  # noqa: E402

asked: list[str] = []


def verify(token: str, jwk: dict[str, str]) -> bool:
    asked.append(f"{token} {jwk['n']}")
    return token.endswith(jwk["n"])


check = responsive.once_per_token(verify)
answers = [check(token, {"n": key, "e": "AQAB"}) for token, key in [("a1", "1"), ("a1", "1"), ("a2", "1"), ("a2", "1"), ("a1", "2")]]
asked_for = list(asked)

asked.clear()
for number in range(responsive.TOKENS + 1):
    check(f"t{number}1", {"n": "1", "e": "AQAB"})
asked.clear()
check("t01", {"n": "1", "e": "AQAB"})

responsive.settle()
print(json.dumps({"answers": answers, "asked": asked_for, "forgotten": asked, "frozen": gc.get_freeze_count() > 0}))
