"""A call's form and its files, wherever they stand in an HTTP request."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.discord import api

API = "/api/v10"


async def read(request: web.Request) -> api.Request:
    """A call's form and its files, wherever they stand."""
    given: Any = {}
    files: dict[int, api.Upload] = {}
    problem: api.Refused | None = None
    if request.can_read_body:
        if request.content_type == "multipart/form-data":
            given, files, problem = await _multipart(request)
        elif request.content_type == "application/json":
            given, problem = _json(await request.text())
        else:
            wanted = "Expected \"Content-Type\" header to be one of {'application/json'}."
            complaint = {"_errors": [{"code": "CONTENT_TYPE_INVALID", "message": wanted}]}
            problem = api.Refused(50035, errors=complaint)
    return api.Request(
        method=request.method,
        path=unquote(request.path.removeprefix(API)),
        query=dict(request.query),
        given=given,
        files=files,
        authorization=request.headers.get("Authorization", ""),
        problem=problem,
    )


async def _multipart(request: web.Request) -> tuple[Any, dict[int, api.Upload], api.Refused | None]:
    given: Any = {}
    problem = None
    files: dict[int, api.Upload] = {}
    for name, value in (await request.post()).items():
        if name == "payload_json":
            given, problem = _json(value)
        elif isinstance(value, web.FileField) and name.startswith("files["):
            data = value.file.read()
            files[int(name[6:-1])] = api.Upload(value.filename, data, value.content_type)
    return given, files, problem


def _json(body: Any) -> tuple[Any, api.Refused | None]:
    """JSON from text, or from bytes where a part of a form said that it is JSON."""
    try:
        return json.loads(body), None
    except ValueError:
        return {}, api.Refused(50109)
