"""Keeps typed words on this machine while the store cannot be reached, and gives them back after a crash."""

import json
import os
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grm_console.desk.views import CallerCard, CaseForm
from grm_console.domain.words import Confidentiality


def state_folder() -> Path:
    """Where a program keeps its own state: `$XDG_STATE_HOME/grm`, else `~/.local/state/grm`."""
    base = os.environ.get("XDG_STATE_HOME", "")
    return (Path(base) if base else Path.home() / ".local" / "state") / "grm"


class DraftKeeper:
    """One file per account and exchange, readable by its owner only, removed once the store has the words.

    The moment of the exchange is part of the key: two stores may number their exchanges alike, and nobody's words
    may turn up beside another caller.
    """

    def __init__(self, account_id: int, folder: Path) -> None:
        self._account_id = account_id
        self._folder = folder

    @property
    def words(self) -> "WordsKeeper":
        """The keeper of other forms' words, in the same folder."""
        return WordsKeeper(self._account_id, self._folder)

    def _path(self, card: CallerCard) -> Path:
        moment = card.happened_at.strftime("%Y%m%dT%H%M%S%f")
        return self._folder / f"draft-{self._account_id}-{card.interaction_id}-{moment}.json"

    def keep(self, card: CallerCard, form: CaseForm) -> None:
        """Write the form so that a crash at any moment leaves the old words or the new ones, never half."""
        _write_whole(self._path(card), asdict(form))

    def kept(self, card: CallerCard) -> CaseForm | None:
        """The words kept for this exchange, or None; a file that cannot be read counts as none and is left alone."""
        try:
            fields = json.loads(self._path(card).read_text(encoding="utf-8"))
            fields["confidentiality"] = Confidentiality(fields["confidentiality"])
            fields["answers"] = tuple((code, value) for code, value in fields["answers"])
            return CaseForm(**fields)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def forget(self, card: CallerCard) -> None:
        """Remove what is kept for this exchange, if anything."""
        self._path(card).unlink(missing_ok=True)


class WordsKeeper:
    """The same for the fields of any other form, by the form's own name."""

    def __init__(self, account_id: int, folder: Path) -> None:
        self._account_id = account_id
        self._folder = folder

    def _path(self, form: str) -> Path:
        return self._folder / f"form-{self._account_id}-{re.sub('[^A-Za-z0-9]+', '-', form)}.json"

    def keep(self, form: str, words: dict[str, str]) -> None:
        """Write the words of a form whole."""
        _write_whole(self._path(form), words)

    def kept(self, form: str) -> dict[str, str]:
        """The words kept for a form; none if there are none, or they cannot be read."""
        try:
            words = json.loads(self._path(form).read_text(encoding="utf-8"))
            return {str(name): str(value) for name, value in words.items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def forget(self, form: str) -> None:
        """Remove what is kept for a form, if anything."""
        self._path(form).unlink(missing_ok=True)


def _write_whole(path: Path, value: Any) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
