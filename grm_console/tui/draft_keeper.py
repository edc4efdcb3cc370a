"""Keeps typed words on this machine while the store cannot be reached, and gives them back after a crash."""

import json
import os
from dataclasses import asdict
from pathlib import Path

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

    def _path(self, card: CallerCard) -> Path:
        moment = card.happened_at.strftime("%Y%m%dT%H%M%S%f")
        return self._folder / f"draft-{self._account_id}-{card.interaction_id}-{moment}.json"

    def keep(self, card: CallerCard, form: CaseForm) -> None:
        """Write the form so that a crash at any moment leaves the old words or the new ones, never half."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(card)
        fresh = path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(form), file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

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
