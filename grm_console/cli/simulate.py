"""`grm simulate`: callers and texters for a desk without a carrier."""

from pathlib import Path
from typing import Annotated

import typer


def simulate(
    to: Annotated[str, typer.Option(help="Address of the web process; without it the public one.")] = "",
    calls_per_minute: Annotated[float, typer.Option(min=0, help="Calls in a minute, by chance.")] = 4.0,
    texts_per_minute: Annotated[float, typer.Option(min=0, help="Texts in a minute, by chance.")] = 3.0,
    duration: Annotated[float, typer.Option(min=0, help="Seconds to go on; 0 goes on until stopped.")] = 0.0,
    seed: Annotated[str, typer.Option(help="Draw the same people, words and SIDs again.")] = "",
    script: Annotated[Path | None, typer.Option(help="What they say, a YAML file.")] = None,
    callers: Annotated[Path | None, typer.Option(help="Who they are, a CSV file with the column phones.")] = None,
    line: Annotated[list[str] | None, typer.Option(help="A line of ours they reach; may be repeated.")] = None,
    patience: Annotated[float, typer.Option(min=0, help="Seconds a caller waits, about.")] = 120.0,
    talk: Annotated[float, typer.Option(min=0, help="Seconds a caller talks, about.")] = 240.0,
    disorder: Annotated[float, typer.Option(min=0, max=1, help="Share of reports that come late, or twice.")] = 0.1,
    lost: Annotated[float, typer.Option(min=0, max=1, help="Share of reports that never come.")] = 0.0,
    pace: Annotated[float, typer.Option(min=0.1, help="How many times faster than life.")] = 1.0,
    api_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Loopback port of a REST API; 0 takes a free one.")
    ] = None,
    press: Annotated[
        list[str] | None,
        typer.Option(help="Keys every citizen presses, as wait-key=1 or silent-key=1,2,1; may be repeated."),
    ] = None,
    phone: Annotated[
        list[str] | None,
        typer.Option(help="Who is reached at a number, as +12025550191=busy or =landline; may be repeated."),
    ] = None,
    no_answer: Annotated[
        float, typer.Option(min=0, max=1, help="Share of rings that operators' telephones miss.")
    ] = 0.0,
    service: Annotated[
        list[str] | None, typer.Option(help="A line in a Messaging Service with Advanced Opt-Out; may be repeated.")
    ] = None,
    talkative: Annotated[float, typer.Option(min=0, max=1, help="Share of the desk's texts people react to.")] = 0.85,
    whatsapp: Annotated[float, typer.Option(min=0, max=1, help="Share of texts that come over WhatsApp.")] = 0.1,
    photos: Annotated[float, typer.Option(min=0, max=1, help="Share of texts with a file.")] = 0.1,
    undelivered: Annotated[float, typer.Option(min=0, max=1, help="Share of the desk's texts that fail.")] = 0.03,
    lost_texts: Annotated[
        float, typer.Option(min=0, max=1, help="Share of texts that no webhook tells of; grm reconcile finds them.")
    ] = 0.0,
    rest_busy: Annotated[float, typer.Option(min=0, max=1, help="Share of REST calls refused as too many.")] = 0.0,
    rest_failing: Annotated[float, typer.Option(min=0, max=1, help="Share of REST calls that fail.")] = 0.0,
    rest_slow: Annotated[float, typer.Option(min=0, help="Seconds a REST call is late at most.")] = 0.0,
    once: Annotated[bool, typer.Option("--once", help="One call and one text, then end.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Tell what happens as JSON lines on standard output.")
    ] = False,
) -> None:
    """Send signed calls and texts as the carrier would, with its retries, and follow what the desk answers."""
    # Imported here: other commands need no stand-in.
    from grm_console.cli.simulation import Traffic, run
    from grm_console.settings import read_settings

    traffic = Traffic(
        to,
        calls_per_minute,
        texts_per_minute,
        duration,
        seed,
        script,
        callers,
        tuple(line or ()),
        patience,
        talk,
        disorder,
        pace,
        api_port,
        once,
        tuple(press or ()),
        tuple(phone or ()),
        no_answer,
        rest_busy,
        rest_failing,
        rest_slow,
        lost,
        tuple(service or ()),
        talkative,
        whatsapp,
        photos,
        undelivered,
        lost_texts,
    )
    run(read_settings(), traffic, as_json)
