"""Words kept on this machine: private, whole, and never beside another caller."""

import stat
from datetime import timedelta
from pathlib import Path

from fake_seat import NOW, call
from hypothesis import given
from hypothesis import strategies as st

from grm_console.desk.views import CaseForm
from grm_console.domain.words import Confidentiality
from grm_console.tui.draft_keeper import DraftKeeper

FORM = CaseForm(
    service="water-outage",
    summary="停水",
    details="two\nlines",
    harm="health",
    confidentiality=Confidentiality.ANONYMOUS,
    answers=(("since", "Friday"), ("whole_house", "yes")),
    note="call back",
)


def test_words_come_back_whole_and_only_for_the_owner(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "grm"
    keeper = DraftKeeper(1, folder)
    assert keeper.kept(call()) is None
    keeper.keep(call(), FORM)
    assert keeper.kept(call()) == FORM
    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_another_account_exchange_or_store_gets_nothing(tmp_path: Path) -> None:
    DraftKeeper(1, tmp_path).keep(call(), FORM)
    assert DraftKeeper(2, tmp_path).kept(call()) is None
    assert DraftKeeper(1, tmp_path).kept(call(42)) is None
    same_number_elsewhere = call(happened_at=NOW - timedelta(days=1))
    assert DraftKeeper(1, tmp_path).kept(same_number_elsewhere) is None


def test_forgetting_twice_is_no_matter(tmp_path: Path) -> None:
    keeper = DraftKeeper(1, tmp_path)
    keeper.keep(call(), FORM)
    keeper.forget(call())
    keeper.forget(call())
    assert keeper.kept(call()) is None


@given(content=st.binary(max_size=60))
def test_a_damaged_file_counts_as_none(tmp_path_factory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("drafts")
    keeper = DraftKeeper(1, folder)
    keeper.keep(call(), FORM)
    (file,) = folder.iterdir()
    file.write_bytes(content)
    assert keeper.kept(call()) is None
