"""Text files as UTF-8: finds the encoding of a file, and reads it through that encoding.

UTF-8 is proven by the whole file, never by its beginning. Another encoding is found from the lines that are not UTF-8.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from charset_normalizer import from_bytes

from ingest.errors import SourceError
from ingest.lists.readers import Limits

CHUNK_BYTES = 1 << 20
SEPARATOR = "\x1f"  # in the place of a delimiter of several bytes, which pyarrow does not take
UTF_8 = "utf-8"
MARKS = (  # the longer mark first: that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Encodings of exports, by the names that people know. Each is tried where the bytes are not UTF-8.
LEGACY = {
    "cp1252": "windows-1252",
    "cp932": "shift_jis",
    "euc_jp": "euc-jp",
    "gb18030": "gb18030",
    "big5": "big5",
    "cp949": "euc-kr",
    "cp1250": "windows-1250",
    "cp1251": "windows-1251",
    "cp1253": "windows-1253",
    "cp1254": "windows-1254",
    "koi8_r": "koi8-r",
}
# The family of Latin encodings. In it, a letter of UTF-8 reads as two signs that no text holds side by side.
LATIN = frozenset({"cp1252", "cp1250", "cp1254", "iso8859-1", "iso8859-15", "mac-roman", "cp850", "cp437"})
UTF_8_IN_LATIN = re.compile(rb"[\xc2\xc3\xc4\xc5][\x80-\xbf]|\xe2[\x80-\x84][\x80-\xbf]")
WESTERN = "àâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÕØŒÙÚÛÜ’‘“”–—•…€£°´¬§©®«»½¼×·\xa0"
EVIDENCE_BYTES = 1 << 16
SHARE_BY_CHANCE = 0.1  # of the lines in an Asian encoding that are UTF-8 by chance


def find_encoding(file: BinaryIO, limits: Limits) -> str:
    """The encoding of the whole file, by its name in the contract.

    Raises SourceError for a file that is no text, or is in two encodings.
    """
    start = file.read(limits.sample_bytes)
    for mark, name in MARKS:
        if start.startswith(mark):
            return name
    if (wide := _wide(start)) or b"\0" in start:
        if wide:
            return wide
        raise _nul(start[: start.index(b"\0")].count(b"\n") + 1)
    file.seek(0)
    if _is_utf_8(file):
        return UTF_8
    file.seek(0)
    return _legacy(file, limits)


def _wide(start: bytes) -> str | None:
    """UTF-16 without a mark: every second byte of ordinary text is zero."""
    even, odd = start[0:2000:2].count(0), start[1:2000:2].count(0)
    half = len(start[:2000]) // 2
    if half and odd > half * 0.7 and not even:
        return "utf-16-le"
    return "utf-16-be" if half and even > half * 0.7 and not odd else None


def _is_utf_8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder(UTF_8)()
    try:
        while chunk := file.read(CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _legacy(file: BinaryIO, limits: Limits) -> str:
    evidence = bytearray()
    utf_8_lines: list[int] = []
    other_lines: list[int] = []
    for number, line in enumerate(_lines(file, limits), start=1):
        if line.isascii():
            continue
        (utf_8_lines if _decodes(line) else other_lines).append(number)
        if len(evidence) < EVIDENCE_BYTES and other_lines and other_lines[-1] == number:
            evidence += line
    best = from_bytes(bytes(evidence), cp_isolation=list(LEGACY)).best()
    codec = _preferred(bytes(evidence), best.encoding if best else None)
    is_mixed = codec in LATIN or codec is None or len(utf_8_lines) > SHARE_BY_CHANCE * len(other_lines)
    if utf_8_lines and is_mixed:
        raise _mixed(utf_8_lines[0], other_lines[0])
    if codec is None:
        raise SourceError(
            "malformed", f"Line {other_lines[0]} is in no encoding that is known here; save the file as UTF-8."
        )
    return LEGACY[codec]


def _lines(file: BinaryIO, limits: Limits) -> Iterator[bytes]:
    while line := file.readline(limits.line_bytes):
        yield line


def _decodes(line: bytes, codec: str = UTF_8) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _preferred(evidence: bytes, found: str | None) -> str | None:
    """Windows-1252 before its look-alikes of other alphabets, if its letters are those of Western names."""
    if found in (None, "cp1250", "cp1254", "cp1252") and _decodes(evidence, "cp1252"):
        letters = re.findall(r"[^\x00-\x7f]", evidence.decode("cp1252"))
        western = sum(letter in WESTERN for letter in letters)
        if western >= 0.9 * len(letters):
            return "cp1252"
    return found


def _mixed(utf_8_line: int, other_line: int) -> SourceError:
    return SourceError(
        "malformed",
        f"The file is in two encodings: line {utf_8_line} is UTF-8 and line {other_line} is not; "
        "save the whole file as UTF-8.",
    )


def _nul(line: int) -> SourceError:
    return SourceError(
        "malformed",
        f"Line {line} holds a NUL byte, so the file is damaged or no text; export it again as CSV in UTF-8.",
    )


def _not_of(encoding: str, line: int) -> SourceError:
    return SourceError(
        "malformed", f"Line {line} is not {encoding}; save the whole file as UTF-8, or set the right encoding."
    )


class Utf8Stream:
    """The bytes of a text file as UTF-8, after its first `skipped_lines` lines. It reads a chunk at a time.

    A delimiter of several bytes becomes `SEPARATOR`. Raises SourceError for bytes that are not of the encoding, and
    for NUL.
    """

    def __init__(self, file: BinaryIO, encoding: str, skipped_lines: int = 0, delimiter: str = ",") -> None:
        self._delimiter = delimiter
        self._file = file
        self._encoding = encoding
        self._decoder = _decoder(encoding)
        self._is_latin = codecs.lookup(encoding).name in LATIN
        self._line = 1  # of the chunk's first byte
        self._ready = b""
        self._is_at_end = False
        self.closed = False
        self._skip(skipped_lines)

    def read(self, size: int = -1) -> bytes:
        while not self._is_at_end and (size < 0 or len(self._ready) < size):
            self._ready += self._next_chunk()
        wanted = len(self._ready) if size < 0 else size
        given, self._ready = self._ready[:wanted], self._ready[wanted:]
        return given

    def unread(self, chunk: bytes) -> None:
        self._ready = chunk + self._ready

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def writable(self) -> bool:
        return False

    def flush(self) -> None:
        """Nothing waits to be written."""

    def close(self) -> None:
        self.closed = True

    def _skip(self, lines: int) -> None:
        while lines and not (self._is_at_end and not self._ready):
            end = re.search(rb"\r\n|\n|\r(?!\Z)", self._ready)
            if end:
                self._ready, lines = self._ready[end.end() :], lines - 1
            elif self._is_at_end:
                self._ready, lines = b"", 0
            else:
                self._ready += self._next_chunk()

    def _next_chunk(self) -> bytes:
        chunk = self._file.read(CHUNK_BYTES)
        self._is_at_end = not chunk
        try:
            text = self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            line = self._line + error.object[: error.start].count(b"\n")
            raise _not_of(self._encoding, line) from None
        if self._is_latin and (strange := UTF_8_IN_LATIN.search(chunk)):
            line = self._line + chunk[: strange.start()].count(b"\n")
            raise SourceError(
                "malformed",
                f"The file is in two encodings: line {line} is UTF-8, the others are {self._encoding}; "
                "save the whole file as UTF-8.",
            )
        if "\0" in text:
            raise _nul(self._line + text[: text.index("\0")].count("\n"))
        self._line += text.count("\n")
        if not self._delimiter.isascii():
            text = text.replace(self._delimiter, SEPARATOR)
        return text.encode(UTF_8, "replace")


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    try:
        name = codecs.lookup(encoding).name
    except LookupError:
        raise SourceError("malformed", f'No encoding has the name "{encoding}"; write utf-8, say.') from None
    # A file may have a mark though the contract says plain UTF-8.
    return codecs.getincrementaldecoder("utf-8-sig" if name == UTF_8 else name)()


def sample_text(file: BinaryIO, encoding: str, limits: Limits) -> str:
    """The beginning of the file as text. Its last character may be cut off."""
    sample = file.read(limits.sample_bytes)
    try:
        return _decoder(encoding).decode(sample)
    except UnicodeDecodeError as error:
        raise _not_of(encoding, sample[: error.start].count(b"\n") + 1) from None
