"""Keeps other sites away: the application has only this machine's names, and takes only forms of its own pages."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOCAL_NAME = re.compile(r"(127\.0\.0\.1|localhost)(:\d+)?")
LONGEST_FORM = 1_000_000  # bytes
MOST_FIELDS = 2_000

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# The page of a pair holds its style, and no script.
STYLED_POLICY = POLICY.replace("style-src 'self'", "style-src 'unsafe-inline'").replace("script-src 'self'; ", "")
# The page of the columns names its only script by hash in a policy of its own, which counts beside this one.
PAGE_POLICY = STYLED_POLICY.replace("default-src 'none';", "default-src 'none'; script-src 'unsafe-inline';")
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Refuses a foreign Host header (DNS rebinding) and posts of other sites (CSRF), and sets the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = _refusal(scope["method"], Headers(scope=scope))
        answer = PlainTextResponse(refused, 403) if refused else self.app
        await answer(scope, receive, send_with_headers)


def _refusal(method: str, headers: Headers) -> str | None:
    host = headers.get("host", "")
    if not LOCAL_NAME.fullmatch(host):
        return "This application answers only under 127.0.0.1 and localhost."
    if method in ("GET", "HEAD") or _is_own_page(headers, host):
        return None
    return "Only the pages of this application may send forms to it."


def _is_own_page(headers: Headers, host: str) -> bool:
    """Browsers say where a post comes from. One that says nothing is no form of ours."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if origin is not None and origin != f"http://{host}":
        return False
    return site == "same-origin" if site is not None else origin is not None


async def read_form(request: Request) -> dict[str, list[str]]:
    """The fields of a form. Raises HTTPException for a body that no form of ours sends."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            raise HTTPException(413, "The form is too large.")
    fields: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, "The form cannot be read.") from None
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields
