"""Whether an answer is a page, and its characters."""

from __future__ import annotations

import re
from email.message import Message
from http import HTTPStatus

from resiliparse.parse.encoding import detect_encoding, detect_mime, map_encoding_to_html5

from ingest.errors import SourceError
from ingest.fetch.web.exchange import Document

HTML = ("text/html", "application/xhtml+xml")
KINDS = {401: "forbidden", 403: "forbidden", 404: "not_found", 410: "not_found", 429: "rate_limited", 451: "forbidden"}
META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
ROBOTS = re.compile(r"<meta\b(?=[^>]{0,200}\bname\s*=\s*[\"']?robots\b)[^>]{0,400}\bnoarchive\b", re.IGNORECASE)
MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
SNIFFED, OCTETS = 8192, "application/octet-stream"
MOST_OF_A_HEAD = 100_000  # characters
META_WITHIN = 4096  # bytes; HTML asks for the first 1024


def check_page(document: Document) -> None:
    """Raise SourceError for an answer that is no page."""
    if document.status != HTTPStatus.OK:
        kind = KINDS.get(document.status, "server_busy" if document.status >= 500 else "not_a_page")
        raise SourceError(kind, f"The site answers {document.status}.", status=document.status)
    stated, _ = content_type(document)
    if stated and stated not in HTML:
        raise SourceError("not_a_page", f"The answer is {stated[:60]}, not HTML.")
    start = document.body[:SNIFFED]
    if not start.strip():
        raise SourceError("not_a_page", "The answer is empty.")
    found = detect_mime(start)
    is_markup = b"<" in start and b"\0" not in start  # letters of an old encoding look like no text
    if not (found.startswith("text/") or found.endswith("xml") or (found == OCTETS and is_markup)):
        raise SourceError("not_a_page", f"The answer is called HTML and is {found}.")


def copy_is_refused_by(document: Document, html: str) -> str | None:
    """The word by which the site forbids to keep a copy of the page. None if it does not."""
    directives = document.headers.get("Cache-Control", "").lower().replace(" ", "").split(",")
    tags = document.headers.get("X-Robots-Tag", "").lower()
    if "no-store" in directives:
        return "no-store"
    return "noarchive" if "noarchive" in tags or ROBOTS.search(html[:MOST_OF_A_HEAD]) else None


def content_type(document: Document) -> tuple[str, str | None]:
    """The media type and the character set of the header, in small letters; empty and None without one."""
    header = Message()
    header["Content-Type"] = document.headers.get("Content-Type", "")
    charset = header.get_param("charset")
    is_given = bool(document.headers.get("Content-Type"))
    return header.get_content_type() if is_given else "", str(charset).lower() if charset else None


def decoded(document: Document) -> tuple[str, str, int]:
    """The text, its encoding, and how many characters could not be read. No encoding raises."""
    tried = [*_named(document), "utf-8", detect_encoding(document.body) or "utf-8"]
    for name in tried:
        try:
            return document.body.decode(name).removeprefix("\ufeff"), name, 0
        except (UnicodeDecodeError, LookupError):
            continue
    best = tried[0]
    text = document.body.decode(best, "replace")
    return text.removeprefix("\ufeff"), best, text.count("\ufffd")


def _named(document: Document) -> list[str]:
    """The encodings that the page names, in the order in which a browser believes them."""
    mark = next((name for mark, name in MARKS.items() if document.body.startswith(mark)), None)
    meta = META.search(document.body[:META_WITHIN])
    named = [content_type(document)[1], meta[1].decode("ascii") if meta else None]
    known = [map_encoding_to_html5(name, fallback_utf8=False) for name in named if name]
    return [name for name in (mark, *known) if name]
