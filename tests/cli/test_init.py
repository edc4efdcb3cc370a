"""`grm init`, `grm migrate`, `grm audit verify`, `grm timeline`: the store made, kept and checked."""

from builders import account, found_town, take_in, text
from command_line import Grm
from sqlalchemy import text as sql

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk


def test_init_again_changes_nothing_and_tells_the_next_step(grm: Grm, desk: Desk) -> None:
    ran = grm("init")
    assert ran.code == 0
    assert "grm staff add NAME" in ran.err
    assert grm("init").err == ran.err
    account(desk, "ada", "administrator")
    assert "staff add" not in grm("init").err
    assert grm("migrate").code == 0


def test_a_newer_store_is_refused_in_a_sentence(grm: Grm, desk: Desk) -> None:
    with desk.store.writing() as write:
        write.connection.execute(sql("UPDATE alembic_version SET version_num = '9999'"))
    for command in (["migrate"], ["export", "cases"], ["init"]):
        ran = grm(*command)
        assert ran.code == 1
        assert "newer version" in ran.err
        assert "Traceback" not in ran.err


def test_audit_and_timeline_of_a_used_store(grm: Grm, desk: Desk, web_actor: Actor) -> None:
    found_town(desk.store)
    take_in(desk, web_actor, text("SM1"))
    assert "intact" in grm("audit", "verify").out
    assert grm("timeline", "check").code == 0
    with desk.store.writing() as write:
        write.connection.execute(sql("DELETE FROM timeline_entry"))
        write.connection.execute(sql("UPDATE audit SET detail = 'x' WHERE seq = 2"))
    assert "rebuild" in grm("timeline", "check").err
    assert grm("timeline", "rebuild").code == 0
    assert grm("timeline", "check").code == 0
    ran = grm("audit", "verify")
    assert ran.code == 1
    assert "row 2" in ran.err
