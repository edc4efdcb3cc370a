"""Length counts, and nothing that is guessed first."""

import pytest

from grm_console.domain.passwords import password_problem


@pytest.mark.parametrize(
    "password", ["copper-window-tuesday-goat", "终于等到春天来了你好吗朋友们", "x7 fj2 kd9 0a", "a b c d e f g"]
)
def test_long_ones_may_be_used_whatever_they_are_made_of(password: str) -> None:
    assert password_problem(password, "li.wei", "Li Wei", old="another one 12") == ""


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("elevenchars", "12 to 200"),
        ("x" * 201, "12 to 200"),
        ("the old one, long", "old one"),
        ("Maria.Magdalena", "your name"),
        ("maria-magdalena-1984", "your name"),
        ("Password-1234", "guessed"),
        ("QWERTYUIOP12", "guessed"),
        ("aaaaaaaabbbb", "guessed"),
    ],
)
def test_a_refusal_names_the_rule_and_an_example(password: str, rule: str) -> None:
    problem = password_problem(password, "maria.magdalena", "Maria Magdalena", old="the old one, long")
    assert rule in problem
    assert "copper-window" in problem
