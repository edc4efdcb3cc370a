"""The form takes the language of whoever turns out to speak, and leaves alone what the operator chose or typed."""

from pathlib import Path

import pytest
from fake_seat import HOLDERS, FakeSeat, call
from seated import seated, until

from grm_console.desk.views import CallerCard

SPOKEN = {7: "zh", 8: "en"}


class KnowingSeat(FakeSeat):
    """A seat that settles the language with the speaker, as the desk does."""

    def confirm_speaker(self, interaction_id: int, contact_id: int, how: str) -> CallerCard:
        super().confirm_speaker(interaction_id, contact_id, how)
        return self._set(interaction_id, language=SPOKEN[contact_id])


@pytest.mark.parametrize(
    ("keys", "chosen", "expected"),
    [
        ((), "", "zh"),  # still empty
        ((), "en", "en"),  # chosen by the operator
        (("f3", "2", "enter"), "", "zh"),  # somebody else was confirmed first: it follows the speaker
    ],
)
async def test_the_language_comes_with_the_speaker(
    tmp_path: Path, keys: tuple[str, ...], chosen: str, expected: str
) -> None:
    seat = KnowingSeat()
    seat.arrive(call(language="", candidates=HOLDERS[:2]))
    async with seated(seat, tmp_path, (160, 45)) as (pilot, desk):
        await pilot.press("f2")
        await until(pilot, lambda: desk.held)
        details = desk.case._fields["details"]
        details.focus_control()
        await pilot.press(*"No water")
        if chosen:
            desk.case._fields["language"].focus_control()
            await pilot.press("e")
        if keys:
            await pilot.press(*keys)
            await until(pilot, lambda: desk.form.language == "en")
        await pilot.press("f3", "1", "enter")
        await until(pilot, lambda: desk.held is not None and desk.held.language == "zh")
        await until(pilot, lambda: (desk.form.language, desk.form.details) == (expected, "No water"))
        assert desk.case.form().language == expected
        desk.save_draft()
        await until(pilot, lambda: seat.drafts and seat.drafts[41].language == expected)
        assert seat.drafts[41].details == "No water"
