"""Keeps the sandbox to this computer: who may ask, and what the browser may do with the answer."""

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_HEADER = "x-handrail"
"""Set by our own script. Another site's page cannot send it without being asked for permission first."""

_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?", re.IGNORECASE)
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Refuses other host names (a rebound DNS name would carry its own) and other sites' requests."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request, and add the security headers to whatever answers it."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers[name] = value
                # What is on the page is nobody's business after it is closed; files may have changed.
                headers.setdefault("Cache-Control", "no-cache" if "etag" in headers else "no-store")
            await send(message)

        refused = _refusal(scope["method"], Headers(scope=scope)) if scope["type"] == "http" else ""
        if refused:
            await JSONResponse({"error": refused}, 403)(scope, receive, send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)


def _refusal(method: str, headers: Headers) -> str:
    """Why a request is refused; empty if it is not."""
    host = headers.get("host", "")
    if not _LOOPBACK.fullmatch(host):
        return "The sandbox answers only on this computer, at http://127.0.0.1 or http://localhost."
    if method in ("GET", "HEAD"):
        return ""
    origin = headers.get("origin")
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        return "This came from another site."
    if OWN_HEADER not in headers:
        return "This did not come from the sandbox's own page."
    return ""
