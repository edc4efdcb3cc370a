"""Six situations of a shift in a real pseudo-terminal: what must be readable on their screens, at two sizes."""

from pathlib import Path

import pytest
from situations import SITUATIONS, SIZES, Step, play
from stage import stage

NARROW, WIDE = SIZES
QUICK = ("shared-phone", "counter-visit")
"""Played with every run of the tests; the others take a minute and are extra."""

READABLE: dict[str, dict[str, tuple[str, ...]]] = {
    "angry-caller": {
        "the telephone rings": ("Patrick O'Neill", "✓ sure by the number", "▲ late since", "26-0000"),
        "answer": ("TALKING", "F3 Who speaks", "F9 Wrap up"),
        "read the history": ("Third call on this sewer", "Asks why nobody came", "○ open"),
        "back to the desk": ("▲ Waited all week", "▲ late since", "It is number 41"),
        "call the supervisor": ("The supervisor is called and sees",),
        "put the case right": ("Put right: case 26-0000", "14 College Walk, University"),
        "wrap up": ("The call is still on: picking a code ends it.", "Callback agreed", "Esc back"),
        "a callback is promised": ("The next call or text appears here by itself.",),
    },
    "shared-phone": {
        "the telephone rings": ("Chen Li 陈莉 · Wu Fang 吴芳 · Chen Guo 陈国", "F2 Answer"),
        "who speaks?": ("s someone else at this number", "n a new contact", "y wants to stay anonymous"),
        "someone else": ("Someone else", "F4 makes a contact"),
        "their name": ("Zhou Ling  ✓ new contact", "First contact"),
        "what they ask": ("no water in the flat when will it be back", "K-031"),
        "note the answer as given": ("✓ given",),
        "wrap up": ("▌1 Information given",),
    },
    "mandate": {
        "the telephone rings": ("▪ Fish Quay Bakery", "Business"),
        "who speaks?": (
            "owner of Fish Quay Bakery",
            "clerk of Fish Quay Bakery",
            "Lucy Marsh  manager of Fish Quay Bakery",
        ),
        "by name": ("Lucy Marsh  ✓ confirmed", "manager of Fish Quay Bakery"),
        "what she may do": (
            "→ acts for ▪ Fish Quay Bakery",
            "Deliveries, waste and the terrace; no licence applications.",
        ),
        "for the bakery": ("Concerns Fish Quay Bakery",),
        "service": ("Lead Waste and Cleansing", "First reply by", "done by"),
        "summary, then to what is missing": ("2 fields missing: Which bin, Day it was due",),
        "the day it was due, then open": ("opened", "is open.", "26-0001"),
        "wrap up": ("▌1 Case opened",),
    },
    "department": {
        "the telephone rings": ("▣ Bay Grid Company, fault desk", "Department"),
        "by name": ("Arjun Raman  ✓ confirmed", "engineer of Bay Grid Company"),
        "it is not to be given": ("⊘ internal", "⊘ Not to be given: internal: for operators only"),
        "service": ("Lead Environment and Parks · with Roads and", "First reply by"),
        "open the case": ("is open.", "‹ Danger to life, as usual ›"),
    },
    "counter-visit": {
        "who came": ("1 Timeline · 2 · William Frost", "Counter visit"),
        "log": ("Log an exchange with William Frost", "‹ counter visit ›", "When it happened"),
        "what was said": ("COUNTER VISIT", "of yesterday 16:30", "William Frost", "“Lamp before his door is dark”"),
        "service": ("Lead Roads and Lighting", "First reply by", "2 fields missing: Summary, What is wrong"),
        "open the case": ("is open.", "Lamp before his door is dark"),
        "the history": ("1 Timeline · 4 · William Frost", "Case 26-0001", "16:30 ⌂  Counter visit"),
    },
    "chinese": {
        "by name": ("Wang Xiuying 王秀英", "26-0001"),
        "what they ask": ("停水什么时候修好", "K-031 停水：原因、抢修时间与补偿"),
        "service": ("从什么时候开始",),
        "summary, then to what is missing": ("莲花巷12号六楼没有水", "影响范围", "家中是否有婴儿、透析或患病人员"),
        "open the case": ("26-0001",),
        "wrap up": ("已立案",),
    },
}
"""Words that stand on a step's screen at either size."""

READABLE_WIDE: dict[str, dict[str, tuple[str, ...]]] = {
    "angry-caller": {
        "read the history": ("then said sorry; was promised news by noon.", "6 contacts"),
        "back to the desk": ("▲ Waited all week: tell him first what is done",),
        "only cases": ("Place  14 College Walk, University",),
    },
    "shared-phone": {"the telephone rings": ("? who speaks", "Names only until it is settled who speaks")},
    "chinese": {"by name": ("Speaks Chinese only.", "莲花巷12号完全停水")},
}
"""What there is room for on a large screen only."""

NEVER = {
    "shared-phone": ("26-0000", "ialysis on", "Hard of hearing", "莲花巷"),
    "mandate": ("Ben Harlow",),
    "department": ("✓ given", "^G Given"),
}
"""What must stand on none of a situation's screens: others' matters, an ended mandate, an act not allowed."""


@pytest.mark.parametrize(
    ("size", "names"),
    [
        pytest.param(NARROW, QUICK, id="two-80x24"),
        *(
            pytest.param(
                size, tuple(each.name for each in SITUATIONS), id=f"six-{size[0]}x{size[1]}", marks=pytest.mark.extra
            )
            for size in SIZES
        ),
    ],
)
def test_every_situation_reads_well(size: tuple[int, int], names: tuple[str, ...], tmp_path: Path) -> None:
    lacking = []
    with stage(tmp_path, *size) as (console, carrier):
        for situation in SITUATIONS:
            if situation.name not in names:
                continue
            screens: dict[str, str] = {}

            def look(step: Step, text: str, screens: dict[str, str] = screens) -> None:
                screens[step.act] = text

            play(console, carrier, situation, look)
            wanted = [READABLE] if size == NARROW else [READABLE, READABLE_WIDE]
            lacking += [
                f"{situation.name}, {act}: {words!r} is not on\n{screens[act]}"
                for table in wanted
                for act, sentences in table.get(situation.name, {}).items()
                for words in sentences
                if words not in screens[act]
            ]
            lacking += [
                f"{situation.name}, {act}: {words!r} is on\n{screen}"
                for act, screen in screens.items()
                for words in NEVER.get(situation.name, ())
                if words in screen
            ]
    assert not lacking, "\n".join(lacking)


def test_each_step_is_named_once_so_that_its_screen_can_be_named() -> None:
    for situation in SITUATIONS:
        acts = [step.act for step in situation.steps]
        assert len(acts) == len(set(acts)), situation.name
        assert set(READABLE[situation.name]) <= set(acts)
