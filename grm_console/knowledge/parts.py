"""What an index is made of: arrays that depend on the texts alone, built anew or from an earlier index's."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from json import dumps, loads
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from grm_console.knowledge.codes import canonical
from grm_console.knowledge.entry import Entries, Entry, primary
from grm_console.knowledge.fusion import Floats32
from grm_console.knowledge.models.model import Shorts
from grm_console.knowledge.postings import (
    NO_POSTINGS,
    Flags,
    Longs,
    Numbers,
    Postings,
    Unit,
    Vocabulary,
    Weights,
    is_latin,
    units_of,
    weigh,
)

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Parts:
    """Entries in the order in which they came, their units together, and what is known of both."""

    entries: Entries
    vocabulary: Vocabulary
    postings: Postings
    weights: Weights
    owner: Numbers
    """Each unit's entry."""
    first_unit: Longs
    """Each entry's first unit."""
    order: Longs
    """Each entry's place by article id, for entries that score alike."""
    languages: npt.NDArray[np.str_]
    answers: Numbers
    """Equal for entries with the same answer."""
    latin: Flags
    """Which entries say nothing in Chinese, Japanese or Korean."""
    codes: dict[str, list[int]]
    """Entries by canonical code."""
    meanings: dict[str, Floats32]
    """By model, a column for each unit, nought where there is none: a product with columns side by side takes a third
    of the time of one with rows."""
    known: dict[str, Flags]
    """By model, which entries have their rows."""

    @classmethod
    def empty(cls) -> Self:
        """The parts of an index without entries."""
        return cls._put(Entries.of([]), Vocabulary(), NO_POSTINGS, np.zeros(0, np.int32), np.zeros(0, bool), {}, {})

    def changed(
        self,
        added: Iterable[Entry],
        removed: Iterable[int],
        units: Mapping[int, list[Unit]],
        meanings: Mapping[str, Mapping[int, Shorts]],
    ) -> Self:
        """The parts with `added` in place of entries of the same keys and without those `removed`.

        `units` holds analysed forms by key, as far as they are at hand; `meanings` the rows of any entry by model and
        key. Rows that do not fit an entry's units count as none.
        """
        newcomers = list({entry.key: entry for entry in added}.values())
        gone = {*removed, *(entry.key for entry in newcomers)}
        leaving = np.isin(self.entries.keys, list(gone))
        dropped = leaving[self.owner]
        stay = [entry for entry, leaves in zip(self.entries, leaving.tolist(), strict=True) if not leaves]
        number = (np.cumsum(~leaving) - 1).astype(np.int32)
        owners: list[int] = []
        latin: list[bool] = []

        def flow() -> Iterator[Unit]:
            for place, entry in enumerate(newcomers, len(stay)):
                mine = units.get(entry.key) or units_of(entry.question, entry.phrasings, entry.answer)
                owners.extend([place] * len(mine))
                latin.append(is_latin(mine))
                yield from mine

        vocabulary = Vocabulary(self.vocabulary)
        postings = self.postings.without(dropped).with_units(flow(), vocabulary)
        return self._put(
            Entries.of([*stay, *newcomers]),
            vocabulary,
            postings,
            np.concatenate([number[self.owner[~dropped]], np.array(owners, np.int32)]),
            np.concatenate([self.latin[~leaving], np.array(latin, bool)]),
            {model: (columns[:, ~dropped], self.known[model][~leaving]) for model, columns in self.meanings.items()},
            meanings,
        )

    @classmethod
    def _put(
        cls,
        entries: Entries,
        vocabulary: Vocabulary,
        postings: Postings,
        owner: Numbers,
        latin: Flags,
        kept: Mapping[str, tuple[Floats32, Flags]],
        meanings: Mapping[str, Mapping[int, Shorts]],
    ) -> Self:
        read = list(entries)
        count = len(read)
        by_id = sorted(range(count), key=lambda place: (read[place].article_id, read[place].key))
        order = np.empty(count, np.int64)
        order[by_id] = np.arange(count)
        codes: dict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(read):
            if code := canonical(entry.code):
                codes[code].append(place)
        first_unit = np.searchsorted(owner, np.arange(count + 1))
        columns, known = {}, {}
        for model in sorted({*kept, *meanings}):
            found = _columns(entries.keys, first_unit, kept.get(model), meanings.get(model, {}))
            if found is not None:
                columns[model], known[model] = found
        return cls(
            entries,
            vocabulary,
            postings,
            weigh(postings, owner, count, vocabulary),
            owner,
            first_unit[:-1],
            order,
            np.array([primary(entry.language) for entry in read], np.str_),
            _same_answers(read),
            latin,
            dict(codes),
            columns,
            known,
        )

    def arrays(self) -> Arrays:
        """All of it as named arrays, for a snapshot."""
        words = "\n".join(self.vocabulary)
        return {
            "keys": self.entries.keys,
            "texts": self.entries.texts,
            "starts": self.entries.starts,
            "words": np.frombuffer(words.encode(), np.uint8),
            "kinds": np.array(self.vocabulary.kinds, np.int8),
            "terms": self.postings.terms,
            "units": self.postings.units,
            "counts": self.postings.counts,
            "lengths": self.postings.lengths,
            "term_starts": self.weights.starts,
            "rarity": self.weights.rarity,
            "unknown": np.array([self.weights.unknown], np.int64),
            "worth": self.weights.worth,
            "titles": self.weights.titles,
            "owner": self.owner,
            "first_unit": self.first_unit,
            "order": self.order,
            "languages": self.languages,
            "answers": self.answers,
            "latin": self.latin,
            "codes": np.frombuffer(dumps(self.codes).encode("ascii"), np.uint8),
            **{f"meaning/{model}": columns for model, columns in self.meanings.items()},
            **{f"known/{model}": known for model, known in self.known.items()},
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Self:
        """The parts from their arrays; raises KeyError or ValueError if they are not whole."""
        words = arrays["words"].tobytes().decode()
        vocabulary = Vocabulary.of(words.split("\n") if words else [], arrays["kinds"].tobytes())
        models = [name.partition("/")[2] for name in arrays if name.startswith("meaning/")]
        return cls(
            Entries(arrays["keys"], arrays["texts"], arrays["starts"]),
            vocabulary,
            Postings(arrays["terms"], arrays["units"], arrays["counts"], arrays["lengths"]),
            Weights(
                arrays["term_starts"],
                arrays["rarity"],
                int(arrays["unknown"][0]),
                arrays["worth"],
                arrays["titles"],
            ),
            arrays["owner"],
            arrays["first_unit"],
            arrays["order"],
            arrays["languages"],
            arrays["answers"],
            arrays["latin"],
            loads(arrays["codes"].tobytes()),
            {model: arrays[f"meaning/{model}"] for model in models},
            {model: arrays[f"known/{model}"] for model in models},
        )


def _columns(
    keys: Longs, first_unit: Longs, kept: tuple[Floats32, Flags] | None, found: Mapping[int, Shorts]
) -> tuple[Floats32, Flags] | None:
    """A model's columns for all units, and which entries have them; None if no entry has any."""
    width = kept[0].shape[0] if kept else next((rows.shape[1] for rows in found.values()), 0)
    if not width:
        return None
    columns, known = np.zeros((width, first_unit[-1]), np.float32), np.zeros(len(keys), bool)
    if kept is not None:
        columns[:, : kept[0].shape[1]], known[: len(kept[1])] = kept
    for place, key in enumerate(keys.tolist()):
        start, end = first_unit[place], first_unit[place + 1]
        if (new := found.get(key)) is not None and new.shape == (end - start, width):
            columns[:, start:end], known[place] = new.T, True
    return (columns, known) if known.any() else None


def _same_answers(entries: Sequence[Entry]) -> Numbers:
    """For each entry the number of its answer: the same code or the same text is the same answer."""
    leader = list(range(len(entries)))

    def lead(number: int) -> int:
        while leader[number] != number:
            leader[number] = leader[leader[number]]
            number = leader[number]
        return number

    holder: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(entries):
        for sign in (("code", entry.code), ("text", entry.answer.strip())):
            if sign[1]:
                leader[lead(holder.setdefault(sign, number))] = lead(number)
    return np.array([lead(number) for number in range(len(entries))], np.int32)
