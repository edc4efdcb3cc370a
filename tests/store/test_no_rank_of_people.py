"""There is nowhere to write down what a person is worth: no column of a rank, a score or a descent."""

from sqlalchemy import inspect

from grm_console.store.store import Store

UNWANTED = (
    {"sex", "gender", "race", "racial", "ethnic", "ethnicity", "nationality", "religion", "age", "birth", "birthday"}
    | {"income", "wealth", "salary", "class", "caste"}
    | {"rank", "vip", "score", "rating", "tier", "grade", "priority", "importance"}
)
ABOUT_NO_PERSON = {("answer_given", "rank"), ("answer_verdict", "rank"), ("queue", "asks_rating")}
"""An answer's place in a list; whether a queue asks citizens to rate how they were served."""


def test_no_column_ranks_or_sorts_people(store: Store) -> None:
    with store.reading() as connection:
        schema = inspect(connection)
        columns = {
            (table, column["name"]) for table in schema.get_table_names() for column in schema.get_columns(table)
        }
    assert len(columns) > 200
    found = {(table, column) for table, column in columns if UNWANTED & set(column.split("_"))}
    assert found == ABOUT_NO_PERSON
    assert not any(table == "answer_given" and "contact" in column for table, column in columns)
