"""The case form: few keys, what is missing is named, nothing typed is lost, nothing foreign steers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from painted import HOSTILE, assert_harmless, lines
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from grm_console.desk.views import CaseForm, OpenedCase, Promise, Question, ServiceChoice
from grm_console.domain.words import Confidentiality, Harm
from grm_console.tui.widgets.case_form import CaseFormPanel
from grm_console.tui.widgets.service_picker import fitting

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
OUTAGE = ServiceChoice(
    service_id=1,
    code="water-outage",
    name="Water supply interruption",
    other_name="停水",
    description="No water, low pressure",
    department="Water Supply",
    cooperating=("District Office",),
    default_harm=Harm.HARDSHIP,
    confidential=False,
    questions=(
        Question("since", "Since when", "datetime", True, "for example 2026-11-20 18:00"),
        Question("whole", "Whole building", "yesno", True),
        Question("floors", "Floors", "number", False, when=("whole", "yes")),
        Question("kind", "What kind", "choice", False, choices=(("none", "No water"), ("low", "Low pressure"))),
    ),
    first_reply_hours=1,
    done_hours=24,
    done_working_days=None,
)
POTHOLE = replace(
    OUTAGE,
    code="pothole",
    name="Pothole",
    other_name="路面坑洞",
    description="Hole in the road",
    questions=(Question("size", "Size", "text", False),),
)
OFFICER = replace(
    OUTAGE,
    code="officer",
    name="Complaint about an officer",
    other_name="投诉",
    description="",
    confidential=True,
    questions=(),
)
SERVICES = (OUTAGE, POTHOLE, OFFICER)
PROMISE = Promise("Water Supply", ("District Office",), NOW.replace(hour=10), NOW.replace(day=24, hour=17))
DRAFT = CaseForm(
    service="water-outage",
    summary="No water",
    details="六层楼\nall of it",
    place="12 Lotus Lane",
    harm="health",
    language="zh",
    confidentiality=Confidentiality.ANONYMOUS,
    answers=(("since", "2026-11-20"), ("whole", "yes"), ("floors", "6"), ("kind", "low")),
    note="calm",
)


class Host(App[None]):
    """A screen with only the panel; it notes what the panel says."""

    def __init__(self) -> None:
        super().__init__()
        self.panel = CaseFormPanel(clock=lambda: NOW)
        self.forms: list[CaseForm] = []
        self.chosen: list[str] = []
        self.saves = 0

    def compose(self) -> ComposeResult:
        yield self.panel

    def on_case_form_panel_form_changed(self, message: CaseFormPanel.FormChanged) -> None:
        self.forms.append(message.form)

    def on_case_form_panel_service_chosen(self, message: CaseFormPanel.ServiceChosen) -> None:
        self.chosen.append(message.code)

    def on_case_form_panel_save_wanted(self) -> None:
        self.saves += 1

    @property
    def text(self) -> str:
        return "\n".join(lines(self))

    def where(self) -> str:
        """Name of the field that has the focus."""
        assert self.focused is not None
        return next(each.name or "" for each in self.focused.ancestors if each.name)


@asynccontextmanager
async def desk(size: tuple[int, int] = (60, 40)) -> AsyncIterator[tuple[Host, CaseFormPanel, Pilot[None]]]:
    app = Host()
    async with app.run_test(size=size) as pilot:
        app.panel.set_services(SERVICES)
        app.panel.focus_first_missing()
        await pilot.pause()
        yield app, app.panel, pilot


async def typed(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*("space" if char == " " else char for char in text))


async def test_a_whole_case_by_few_keys() -> None:
    async with desk() as (app, panel, pilot):
        await typed(pilot, "wat")
        await pilot.press("enter")
        await typed(pilot, "No water")
        await pilot.press("enter")
        await typed(pilot, "whole house")
        await pilot.press("tab")
        await typed(pilot, "12 Lotus Lane")
        await pilot.press("enter")
        await typed(pilot, "2026")
        await pilot.press("enter", "y")
        assert app.chosen == ["water-outage"]
        assert panel.form() == app.forms[-1]
        assert panel.form() == CaseForm(
            service="water-outage",
            summary="No water",
            details="whole house",
            place="12 Lotus Lane",
            answers=(("since", "2026"), ("whole", "yes")),
        )


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("", ["water-outage", "pothole", "officer"]),
        ("停水", ["water-outage"]),
        ("po", ["pothole"]),
        ("w", ["water-outage"]),
        ("no LOW", ["water-outage"]),
        ("comp off", ["officer"]),
        ("zzz", []),
    ],
)
def test_services_are_found_by_any_of_their_words(words: str, codes: list[str]) -> None:
    assert [service.code for service in fitting(SERVICES, words)] == codes


async def test_the_list_of_services_moves_nothing_and_closes() -> None:
    async with desk() as (app, _, pilot):
        assert "Pothole 路面坑洞" in app.text
        before = app.panel.query_one("CaseFoot").region
        await pilot.press("down", "enter")
        assert app.chosen == ["pothole"]
        assert app.where() == "summary"
        assert "路面坑洞" not in app.text
        assert app.panel.query_one("CaseFoot").region == before


async def test_tab_takes_a_typed_service_and_passes_over_a_chosen_one() -> None:
    async with desk() as (app, panel, pilot):
        await typed(pilot, "poth")
        await pilot.press("tab")
        assert panel.form().service == "pothole"
        await pilot.press("shift+tab", "tab")
        assert app.where() == "summary"
        assert app.chosen == ["pothole"]


async def test_down_opens_the_list_on_the_chosen_service() -> None:
    async with desk() as (app, panel, pilot):
        panel.load(CaseForm(service="pothole"))
        await pilot.press("down", "tab")
        assert panel.form().service == "pothole"
        panel.focus_first_missing()
        await pilot.press("down", "up", "enter")
        assert app.chosen == ["water-outage"]


async def test_escape_in_a_half_typed_service_goes_back_to_the_chosen_one() -> None:
    async with desk() as (app, panel, pilot):
        panel.load(CaseForm(service="pothole"))
        panel.focus_first_missing()
        await typed(pilot, "wat")
        await pilot.press("escape")
        assert panel.form().service == "pothole"
        assert "Pothole" in app.text


async def test_an_emptied_service_is_none() -> None:
    async with desk() as (app, panel, pilot):
        panel.load(DRAFT)
        panel.focus_first_missing()
        await pilot.press("backspace", "tab")
        assert panel.form().service == ""
        assert panel.form().summary == "No water"
        assert "Since when" not in app.text


async def test_a_conditional_question_comes_and_goes_with_its_value_kept() -> None:
    async with desk() as (app, panel, pilot):
        panel.load(DRAFT)
        await pilot.pause()
        assert "Floors" in app.text
        whole = next(field for field in panel._questions if field.name == "answer:whole")
        whole.focus_control()
        await pilot.press("n")
        assert "Floors" not in app.text
        assert "floors" not in dict(panel.form().answers)
        await pilot.press("y")
        assert dict(panel.form().answers)["floors"] == "6"


async def test_answers_come_back_with_their_service() -> None:
    async with desk() as (_, panel, pilot):
        panel.load(DRAFT)
        panel.focus_first_missing()
        await typed(pilot, "poth")
        await pilot.press("enter")
        assert panel.form().answers == ()
        panel.focus_first_missing()
        await typed(pilot, "wat")
        await pilot.press("enter")
        assert panel.form() == DRAFT


async def test_loading_tells_nobody_and_gives_back_what_was_loaded() -> None:
    async with desk() as (app, panel, pilot):
        panel.load(DRAFT)
        await pilot.pause()
        assert panel.form() == DRAFT
        panel.reset()
        await pilot.pause()
        assert panel.form() == CaseForm()
        assert app.forms == []


async def test_a_draft_loaded_before_the_catalogue_loses_no_answer() -> None:
    app = Host()
    async with app.run_test(size=(60, 40)) as pilot:
        app.panel.load(DRAFT)
        assert app.panel.form() == DRAFT
        app.panel.set_services(SERVICES)
        await pilot.pause()
        assert app.panel.form() == DRAFT


async def test_a_refreshed_catalogue_takes_neither_words_nor_focus() -> None:
    async with desk() as (app, panel, pilot):
        panel.load(DRAFT)
        await pilot.pause()
        panel._questions[0].focus_control()
        await typed(pilot, "9")
        panel.set_services((*SERVICES, replace(POTHOLE, code="new")))
        await pilot.pause()
        assert app.where() == "answer:since"
        assert dict(panel.form().answers)["since"].count("9") == 1
        panel.focus_first_missing()
        await typed(pilot, "wa")
        panel.set_services(SERVICES)
        await typed(pilot, "t")
        await pilot.press("enter")
        assert panel.form().service == "water-outage"


async def test_what_is_missing_is_named_marked_and_reached_by_one_call() -> None:
    async with desk((78, 40)) as (app, panel, pilot):
        panel.load(replace(DRAFT, answers=(("whole", "x"),)))
        panel.show_missing({"answer:since": "Say since when.", "answer:whole": "Choose yes or no."})
        await pilot.pause()
        assert "2 fields missing: Since when, Whole building" in app.text
        assert "needed by this service" in app.text
        assert "✗ Choose yes or no." in app.text
        panel.focus_first_missing()
        await pilot.pause()
        assert app.where() == "answer:since"
        await typed(pilot, "2")
        assert "1 field missing: Whole building" in app.text
        panel.show_missing({})
        await pilot.pause()
        assert "missing" not in app.text
        assert "needed" not in app.text


async def test_the_promise_stands_before_the_case_is_opened() -> None:
    async with desk() as (app, panel, pilot):
        panel.show_promise(PROMISE)
        panel.show_saved(NOW)
        await pilot.pause()
        assert "Lead Water Supply · with District Office" in app.text
        reply, done = (f"{each.astimezone():%H:%M}" for each in (PROMISE.first_reply_by or NOW, PROMISE.done_by))
        assert f"First reply by {reply} · done by {PROMISE.done_by.astimezone():%d %b} {done}" in app.text
        assert f"3 Case · draft saved {NOW.astimezone():%H:%M}" in app.text


async def test_an_opened_case_closes_its_fields_but_not_the_notes() -> None:
    async with desk() as (app, panel, pilot):
        panel.load(DRAFT)
        panel.show_opened(OpenedCase(1, "26-000418-7", PROMISE))
        await typed(pilot, "!")
        panel.show_saved(NOW)
        await pilot.pause()
        assert app.where() == "note"
        assert panel.form().note in ("calm!", "!calm")
        assert replace(panel.form(), note="calm") == DRAFT
        assert "✓ Case 26-000418-7 is open." in app.text
        assert "3 Case · 26-000418-7 opened" in app.text
        panel.load(CaseForm())
        panel.focus_first_missing()
        await typed(pilot, "poth")
        await pilot.press("enter")
        assert panel.form().service == "pothole"


async def test_a_confidential_service_proposes_confidentiality() -> None:
    async with desk() as (_, panel, pilot):
        await typed(pilot, "complaint")
        await pilot.press("enter")
        assert panel.form().confidentiality is Confidentiality.CONFIDENTIAL


async def test_urgency_is_chosen_by_arrows_or_first_letter() -> None:
    async with desk() as (app, panel, pilot):
        panel._fields["harm"].focus_control()
        await pilot.press("right")
        assert panel.form().harm == "none"
        await pilot.press("d")
        assert panel.form().harm == "danger"
        await pilot.press("right")
        assert panel.form().harm == ""
        await pilot.press("enter")
        assert app.where() == "language"


async def test_pointing_at_the_save_line_asks_to_save() -> None:
    async with desk() as (app, _, pilot):
        await pilot.click("#case-save")
        assert app.saves == 1


async def test_a_pasted_text_keeps_its_lines_and_loses_its_escapes() -> None:
    async with desk() as (app, panel, pilot):
        for name in ("summary", "details"):
            panel._fields[name].focus_control()
            await pilot.pause()
            app.post_message(events.Paste("\x1b[2Jone\ntwo"))
            await pilot.pause()
        assert panel.form().summary == "\ufffd[2Jone two"
        assert panel.form().details == "\ufffd[2Jone\ntwo"


@pytest.mark.parametrize("size", [(40, 30), (60, 40), (78, 20), (120, 50), (12, 8)])
async def test_hostile_words_neither_crash_nor_steer_the_terminal(size: tuple[int, int]) -> None:
    async with desk(size) as (app, panel, pilot):
        question = Question("q", HOSTILE, "choice", True, HOSTILE, ((HOSTILE, HOSTILE),))
        bad = replace(OUTAGE, code="bad", name=HOSTILE, other_name=HOSTILE, questions=(question,))
        panel.set_services((bad,))
        form = CaseForm("bad", *[HOSTILE] * 3, "", HOSTILE, answers=(("q", HOSTILE),), note=HOSTILE)
        panel.load(form)
        panel.show_missing({"summary": HOSTILE, "answer:q": HOSTILE})
        panel.show_promise(Promise(HOSTILE, (HOSTILE,), NOW, NOW))
        panel.focus_first_missing()
        await pilot.press("shift+tab", "x", "escape", "tab", "tab", "tab", "tab")
        assert_harmless(app)
        panel.show_opened(OpenedCase(1, HOSTILE, Promise(HOSTILE, (HOSTILE,), NOW, NOW)))
        await pilot.pause()
        assert_harmless(app)
