"""A provider of messages on this machine: takes what Apprise posts over HTTP, and keeps it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.stage import StillClock


@dataclass(frozen=True)
class Received:
    """One request: when, at which path, and all that was in it."""

    at: datetime
    path: str
    raw: str

    @property
    def body(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.raw)
        return parsed


@dataclass
class Provider:
    """``answers`` are the next status codes; 200 when there are none left."""

    clock: StillClock
    port: int = 0
    answers: list[int] = field(default_factory=list)
    taken: list[Received] = field(default_factory=list)
    refused: list[Received] = field(default_factory=list)

    def url(self, name: str) -> str:
        """An address of this provider, with a password and a name in its path."""
        return f"json://ibex:gnu-secret@127.0.0.1:{self.port}/{name}"

    def minutes(self, name: str, since: datetime) -> list[float]:
        """When something was taken for a name."""
        return [(each.at - since).total_seconds() / 60 for each in self.taken if each.path == f"/{name}"]

    def receive(self, path: str, raw: str) -> int:
        status = self.answers.pop(0) if self.answers else 200
        (self.taken if status == 200 else self.refused).append(Received(self.clock.now(), path, raw))
        return status


@contextmanager
def provider_on_loopback(clock: StillClock) -> Iterator[Provider]:
    """A provider that answers while inside."""
    provider = Provider(clock)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            status = provider.receive(self.path, self.rfile.read(length).decode())
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
