"""What each part loads: the headless parts know no screen and no carrier, and a start pays only for what it shows."""

import subprocess
import sys

import pytest

HEADLESS = ("textual", "rich", "starlette", "uvicorn", "twilio", "typer")
DATABASE = ("sqlalchemy", "sqlmodel", "alembic", "psycopg", "pysqlite3")


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter has after a statement."""
    told = subprocess.run(
        [sys.executable, "-c", f"import sys\n{statement}\nprint(' '.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in told.stdout.split()}


def every_module(package: str) -> str:
    """A statement that imports a package with everything in it."""
    return (
        "import importlib, pkgutil\n"
        f"package = importlib.import_module('grm_console.{package}')\n"
        "for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "    if 'migrations' not in found.name: importlib.import_module(found.name)"
    )


@pytest.mark.parametrize(
    ("package", "forbidden"),
    [
        ("domain", HEADLESS + DATABASE + ("pydantic",)),
        ("store", HEADLESS),
        ("knowledge", HEADLESS + DATABASE),
        ("desk", HEADLESS),
        ("channels", ("textual",)),
        ("tui", ("twilio", "starlette", "uvicorn", *DATABASE)),
        ("standin", ("textual", "starlette", "uvicorn", *DATABASE)),
    ],
)
def test_a_part_loads_nothing_it_must_not_know(package: str, forbidden: tuple[str, ...]) -> None:
    assert not loaded_by(every_module(package)) & set(forbidden)


def test_the_command_line_is_told_without_loading_what_it_starts() -> None:
    loaded = loaded_by("import grm_console.cli.main")
    assert not loaded & {"textual", "uvicorn", "starlette", "twilio", "pydantic_settings", "numpy", *DATABASE}


def test_a_desk_on_sqlite_does_not_load_the_driver_of_postgresql() -> None:
    loaded = loaded_by(
        "import grm_console.desk.seat\n"
        "from grm_console.store.engine import read_url, writing_engine\n"
        "writing_engine(read_url('sqlite:////nowhere/grm.db')).dispose()"
    )
    assert "sqlalchemy" in loaded
    assert "psycopg" not in loaded
