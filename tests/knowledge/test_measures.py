import pytest

from grm_console.knowledge.measures import Answered, auroc, automation, ranking


def test_ranks_count_only_questions_that_have_an_answer() -> None:
    ranks = ranking(
        [
            Answered(["b", "a"], 0.9, False, {"a"}),
            Answered(["a", "c"], 0.9, False, {"a", "x"}),
            Answered(["z"], 0.9, False, ()),
        ]
    )
    assert ranks["P@1"] == 0.5
    assert ranks["P@3"] == 1.0
    assert ranks["MRR@10"] == 0.75
    assert ranks["Recall@5"] == 0.75
    assert ranks["nDCG@10"] == pytest.approx((0.6309 + 1 / 1.6309) / 2, abs=1e-4)


def test_what_a_machine_could_answer() -> None:
    right = [Answered(["a"], 0.9 - n / 100, n < 5, {"a"}) for n in range(40)]
    wrong = [Answered(["a"], 0.3 - n / 100, n == 0, ()) for n in range(10)]
    told = automation([*right, *wrong])
    assert told["coverage"] == pytest.approx(42 / 50)
    assert told["auroc"] == 1.0
    assert told["given"] == pytest.approx(6 / 50)
    assert told["given_precision"] == pytest.approx(5 / 6)
    assert told["given_unanswerable"] == 1


def test_a_tie_counts_half() -> None:
    assert auroc([1.0, 2.0], [1.0]) == 0.75
    assert auroc([], [1.0]) == 0.5
