"""Commands whose options are the fields of a kind: one option for each, repeated where it holds several values."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from grm_console.desk.catalogue.fields import Field, FieldType, Kind

DryRun = Annotated[bool, typer.Option("--dry-run", help="Check and tell, change nothing.")]


def with_fields(
    kind: Kind, command: Callable[..., None], *, key: Callable[[str], list[str]] | None
) -> Callable[..., None]:
    """`command(given, dry_run)` as a command of the key and the other fields; `given` are the cells that were named.

    `key` completes the key's value, where there are rows already.
    """

    def run(**values: Any) -> None:
        dry_run = values.pop("dry_run")
        cells = {name.removesuffix("_"): _cell(value) for name, value in values.items()}
        command({name: cell for name, cell in cells.items() if cell is not None}, dry_run)

    # A field's name may be a word that Python keeps for itself, hence the underscores.
    first, *others = kind.fields
    about_key = typer.Argument(help=_help(first), metavar=_label(first), autocompletion=key)
    parameters = [_parameter(f"{first.name}_", Annotated[str, about_key], inspect.Parameter.empty)]
    parameters += [_parameter(f"{field.name}_", _option(field), None) for field in others]
    parameters.append(_parameter("dry_run", DryRun, False))
    run.__doc__ = command.__doc__
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # typer reads it
    return run


def codes_of(kind: Kind) -> Callable[[str], list[str]]:
    """Completes a kind's key from the store; a store that does not open completes nothing."""

    def complete(incomplete: str) -> list[str]:
        try:
            from grm_console.cli.opening import command_line
            from grm_console.desk.catalogue.changes import records

            desk, actor = command_line()
            with desk.store:
                return [r[kind.key] for r in records(desk, actor, kind) if r[kind.key].startswith(incomplete)]
        except Exception:
            return []  # a shell that completes must never be interrupted by a traceback

    return complete


def _option(field: Field) -> Any:
    name = "--" + (field.option or field.name).replace("_", "-")
    if field.type is FieldType.YES_NO:
        option = f"{name}/--inactive" if field.name == "active" else f"{name}/--not-{name[2:]}"
        return Annotated[bool | None, typer.Option(option, help=_help(field), show_default=False)]
    if field.several:
        return Annotated[list[str] | None, typer.Option(name, help=_help(field), metavar=_label(field))]
    choices = _completes(field.choices) if field.choices else None
    return Annotated[str | None, typer.Option(name, help=_help(field), metavar=_label(field), autocompletion=choices)]


def _completes(choices: tuple[str, ...]) -> Callable[[str], list[str]]:
    def complete(incomplete: str) -> list[str]:
        return [choice for choice in choices if choice.startswith(incomplete)]

    return complete


def _help(field: Field) -> str:
    told = "{label}: {rule}." if field.type is FieldType.YES_NO else "{label}: {rule}, e.g. {example}."
    if field.several:
        told += " May be repeated."
    example = field.example.partition("|")[0]
    return told.format(label=field.label, rule=field.rule.format(choices=", ".join(field.choices)), example=example)


def _label(field: Field) -> str:
    return (field.option or field.name).upper().replace("-", "_")


def _parameter(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _cell(value: Any) -> str | None:
    """What was given for a field as a cell; None if nothing was."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "|".join(value) if isinstance(value, list) else str(value)
