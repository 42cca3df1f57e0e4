"""The command line: ``python -m bot ...``, also installed as ``handrail``."""

import asyncio
import sys
from collections.abc import Coroutine
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console

from bot import logs
from bot.settings import Settings, SetupProblem

cli = typer.Typer(
    help="Handrail coordinates a peer-helper team in chat. Start with: python -m bot demo",
    no_args_is_help=True,
    add_completion=False,
    # A traceback with local variables would print what people wrote.
    pretty_exceptions_enable=False,
)


@cli.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the sandbox is served.")] = 8000,
    script: Annotated[bool, typer.Option("--script", help="Play three cases in the terminal.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="A school where nothing is set up yet.")] = False,
) -> None:
    """Open the browser sandbox on this computer, with a programme to try things on."""
    from bot import demo as sandbox
    from bot.script import play

    settings = _settings()
    if script:
        raise typer.Exit(_run(play(settings)))
    _run(sandbox.serve(settings, port, empty=empty))


@cli.command()
def run(
    only: Annotated[str, typer.Option(help="web or worker; everything if not given.")] = "",
) -> None:
    """Run the bot on the platforms that the environment configures."""
    if only not in ("", "web", "worker"):
        _stop(f"--only takes web or worker, not {only}.")
    settings = _settings()
    from bot.run import Part, serve

    _run(serve(settings, Part(only)))


@cli.command()
def drill() -> None:
    """Start a drill: a test page through the whole ladder, marked as one everywhere."""
    from bot.drill import start

    for line in _run(start(_settings())):
        typer.echo(line)


@cli.command()
def manifest(
    platform: Annotated[str, typer.Argument(help="The platform: slack or discord.")],
) -> None:
    """Print what a platform needs to know of the app: Slack's manifest, or Discord's invitation link."""
    if platform == "slack":
        import json

        from adapters.slack.manifest import manifest as slack_manifest
        from handlers.registry import load

        settings = _settings()
        public_url = "" if settings.slack_app_token else settings.public_url
        made = slack_manifest(load(), public_url=public_url)
        typer.echo(json.dumps(made, indent=2, ensure_ascii=False))
    elif platform == "discord":
        from bot.discord import invitation

        typer.echo(_run(invitation(_settings())))
    else:
        _stop(f"There is a manifest for slack and for discord, not for {platform}.")


@cli.command()
def screen(
    text: Annotated[str | None, typer.Argument(help="The text; without it, what stands on stdin.")] = None,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="Read one {id, text} object a line, write one a line.")
    ] = False,
) -> None:
    """Screen a text for red flags and explain why. Nothing is kept or sent."""
    from bot import screening

    if jsonl:
        if text is not None:
            _stop("--jsonl reads from stdin; leave the text out.")
        raise typer.Exit(screening.each_line(sys.stdin.buffer, sys.stdout, sys.stderr))
    if text is None and sys.stdin.isatty():
        _stop('Give a text: python -m bot screen "what somebody wrote"')
    words = sys.stdin.buffer.read().decode(errors="replace") if text is None else text
    screening.explain(words, Console())


@cli.command()
def doctor(
    send: Annotated[bool, typer.Option("--send", help="Send each adult a harmless test message.")] = False,
) -> None:
    """Say what is missing before a page can go out, and how to mend it."""
    from bot import doctor as checks

    raise typer.Exit(_run(checks.run(_settings(), Console(highlight=False), send=send)))


people = typer.Typer(help="Who is on the team.", no_args_is_help=True)
cli.add_typer(people, name="roster")


@people.callback()
def _people() -> None:
    """Who is on the team."""


@people.command("import")
def import_roster(
    file: Annotated[Path, typer.Argument(help="A CSV file, as a spreadsheet saves it.")],
    team: Annotated[str, typer.Option(help="The programme's name, if there are several.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Save without asking, if every line is good.")] = False,
    good: Annotated[
        bool, typer.Option("--good", help="Save the good lines although others are wrong.")
    ] = False,
) -> None:
    """Add and change people from a list. Shows what it would do, and saves nothing before you say so."""
    from bot import roster_file
    from handlers.roster_plan import Plan

    def confirm(plan: Plan) -> bool:
        if plan.wrong and not good:
            typer.echo("Mend these lines, or save only the good ones with --good.")
            return False
        return yes or (sys.stdin.isatty() and typer.confirm(f"Save {plan.good} people?"))

    saved = _run(roster_file.take(_settings(), file, Console(highlight=False), team=team, confirm=confirm))
    raise typer.Exit(0 if saved else 1)


@cli.command()
def report(
    term: Annotated[str, typer.Option(help="A day of the term, such as 2026-09-01; else the newest.")] = "",
    out: Annotated[Path, typer.Option(help="The folder that the files are written to.")] = Path(),
) -> None:
    """Write the term's report: a page to print, and its figures for a spreadsheet."""
    from bot.report import write_files

    try:
        day = date.fromisoformat(term) if term else None
    except ValueError:
        _stop(f"--term takes a day such as 2026-09-01, not {term}.")
    if not out.is_dir():
        _stop(f"There is no folder {out}. Make it first, or name another one with --out.")
    for line in _run(write_files(_settings(), day, out)):
        typer.echo(line)


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    settings = _settings()
    direct = settings.database_direct_url or settings.database_url
    _run(_migrate(settings.model_copy(update={"database_url": direct})))


async def _migrate(settings: Settings) -> None:
    from bot.app import open_database

    database = await open_database(settings, migrate=True)
    await database.close()
    Console().print("The database is up to date.")


def _settings() -> Settings:
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = [f"  {'.'.join(map(str, item['loc'])).upper()}: {item['msg']}" for item in error.errors()]
        _stop("The environment cannot be used as it is:\n" + "\n".join(wrong))
    logs.configure(settings.log_level)
    return settings


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    try:
        return asyncio.run(work)
    except SetupProblem as problem:
        _stop(str(problem))
    except KeyboardInterrupt:
        return 130


def _stop(message: str) -> Any:
    """Say what is wrong and what to do, and end with 2."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(message, markup=False)
    raise typer.Exit(2)


def main() -> None:
    """Run the command line."""
    cli()


if __name__ == "__main__":
    main()
