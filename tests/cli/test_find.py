"""`grm find index`: says what it did, and may be run again."""

from builders import all_rows, contact
from command_line import Grm

from grm_console.desk.desk import Desk
from grm_console.store import tables


def test_the_index_is_made_and_made_anew(grm: Grm, desk: Desk) -> None:
    key = contact(desk.store, "陈丽", "+12025550142")
    ran = grm("find", "index")
    assert (ran.code, ran.out, ran.err) == (0, "", "Everything is indexed.\n")
    assert {row.contact_id for row in all_rows(desk.store, tables.ContactName)} == {key}
    assert grm("find", "index").err == "Everything was indexed already.\n"
    before = all_rows(desk.store, tables.ContactName)
    assert grm("find", "index", "--rebuild").code == 0
    assert all_rows(desk.store, tables.ContactName) == before
