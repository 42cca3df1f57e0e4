"""Health over HTTP: alive, able to page, figures. No answer holds a name or a word of anybody."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.app import App
from handlers.coverage import ahead, lines
from storage import people, programmes, schema, sending
from storage.db import DatabaseUnavailable
from storage.words import Lane

LATE_TICK = timedelta(seconds=60)
LATE_PAGE = timedelta(seconds=60)


async def problems(app: App) -> list[str]:
    """Why a page might not go out now; empty if it would."""
    found = []
    now = app.clock.now()
    try:
        if not await schema.is_current(app.database):
            found.append("the database is not up to date: run python -m bot migrate")
        else:
            await app.database.check_writable()
            async with app.database.read() as tx:
                waiting = await sending.oldest_unsent(tx, Lane.PAGES, now)
                alone = await people.programmes_without_adults(tx)
            found += [f"programme {number} has no adult to page" for number in alone]
            if waiting is not None and now - waiting > LATE_PAGE:
                found.append(f"a page waits for {(now - waiting).total_seconds():.0f} s")
    except DatabaseUnavailable:
        found.append("the database cannot be written")
    if not any(adapter.workspaces for adapter in app.adapters):
        found.append("no platform is connected")
    if app.ticking and now - app.ticks.last.get("due", app.started) > LATE_TICK:
        found.append("the clock has not ticked for a minute")
    found += [problem for check in app.checks if (problem := await check())]
    return found


async def notices(app: App) -> list[str]:
    """What may go wrong within a week: a page goes out all the same, so the bot is ready."""
    now = app.clock.now()
    try:
        async with app.database.read() as tx:
            weeks = [(each.id, await ahead(tx, each, now)) for each in await programmes.all_programmes(tx)]
    except DatabaseUnavailable:
        return []
    return [f"programme {number}: {line}" for number, week in weeks for line in lines(week)]


def health_routes(app: App) -> list[Route]:
    """``/healthz``, ``/readyz`` and ``/metrics``."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        found = await problems(app)
        answer = {"ready": not found, "problems": found, "notices": await notices(app)}
        return JSONResponse(answer, status_code=503 if found else 200)

    async def metrics(_request: Request) -> Response:
        try:
            body = await app.metrics.render(app.database, app.clock.now())
        except DatabaseUnavailable:
            return PlainTextResponse("the database cannot be read\n", status_code=503)
        return Response(body, media_type="text/plain; version=0.0.4")

    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
    ]
