"""Py4J asks Java anew at each mention of a class, and each question is a search through every jar of the class path.

`F.col` begins with `jvm.functions`, and Java looks for a class of that name in each imported package before it finds the right one:
a quarter of what build-gold's JVM did for one day went there (docs/decisions/0102-py4j-names.md).
"""

from __future__ import annotations

from typing import Any

from py4j.java_gateway import JavaClass, JavaMember, JavaPackage, JVMView

_NAMES = (JavaPackage, JavaClass, JavaMember)
"""What a name may stand for as long as the JVM lives. A static field's value may change; it is asked for each time."""


def remember_names() -> None:
    """From now on a class, package or static method of the JVM is looked up once where it is mentioned. May be called again."""
    for asked in (JVMView, JavaPackage, JavaClass):
        if not hasattr(asked.__getattr__, "asks"):
            asked.__getattr__ = _remembering(asked.__getattr__)


def _remembering(ask: Any) -> Any:
    def remembering(self: Any, name: str) -> Any:
        found = ask(self, name)
        if isinstance(found, _NAMES):
            # Where Python looks before it calls `__getattr__`.
            vars(self)[name] = found
        return found

    remembering.asks = ask  # type: ignore[attr-defined]
    return remembering
