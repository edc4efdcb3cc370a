"""Statements are compiled once in a run and not again for the engines of each test's own store."""

from typing import Any

from sqlalchemy import Engine, create_engine

from grm_console.store import engine


class _Compiled(dict[tuple[Any, ...], Any]):
    """What SQLAlchemy keeps compiled statements in, with one place for all engines of a kind of store."""

    def get(self, key: tuple[Any, ...], default: Any = None) -> Any:
        return super().get(_without_engine(key), default)

    def __setitem__(self, key: tuple[Any, ...], compiled: Any) -> None:
        super().__setitem__(_without_engine(key), compiled)


def _without_engine(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *statement = key
    return (dialect.name, *statement)


_compiled = _Compiled()


def compile_once() -> None:
    """Let all engines of the program share what they have compiled; a test's own engine does not."""
    engine.create_engine = _create_engine  # type: ignore[attr-defined]


def _create_engine(*arguments: Any, **options: Any) -> Engine:
    return create_engine(*arguments, execution_options={"compiled_cache": _compiled}, **options)
