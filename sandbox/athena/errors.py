"""What a query can fail with, in the words that Athena uses."""

from __future__ import annotations


class QueryError(Exception):
    """A query that ends as FAILED.

    ``code`` is the name in front of the message (``TABLE_NOT_FOUND``); ``user`` tells whether the asker can mend it.
    """

    def __init__(self, code: str, message: str, *, user: bool = True) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.user = user


class CutoffError(Exception):
    """The query read more than its work group allows."""

    def __init__(self, scanned: int, limit: int) -> None:
        super().__init__(f"Bytes scanned limit was exceeded: the query read {scanned} bytes, its work group allows {limit}")


def syntax_error(message: str) -> QueryError:
    return QueryError("SYNTAX_ERROR", message)


def not_supported(message: str) -> QueryError:
    return QueryError("NOT_SUPPORTED", message)
