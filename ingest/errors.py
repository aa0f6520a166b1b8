"""How a source fails."""

from __future__ import annotations


class SourceError(Exception):
    """A source did not answer as it should. Never to be read as "there are no places".

    `kind` is one of: bad_credentials, quota_exhausted, rate_limited, server_busy, unreachable, bad_request,
    malformed, timeout, partial, cancelled, redirected, no_file. A page may also fail as robots, private_address,
    too_large, not_a_page, not_found or forbidden.

    `sentence` says what the user can do. Where it is shown, the name of the source stands before it. `detail` is what
    the service itself said.
    """

    def __init__(self, kind: str, sentence: str, detail: str = "", status: int | None = None) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.sentence = sentence
        self.detail = detail
        self.status = status
