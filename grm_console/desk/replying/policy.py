"""The order in which a text is judged: the first rule with a verdict decides; a duplicate comes no further than intake.

A rule is one small file with one function of a text. What may be a question is left to the answer engine, which
decides a moment later: `answering`.
"""

from grm_console.desk.replying.acknowledgement import acknowledge
from grm_console.desk.replying.asking import ask_engine
from grm_console.desk.replying.attended import leave_to_person
from grm_console.desk.replying.budget import stay_within
from grm_console.desk.replying.choices import take_choice
from grm_console.desk.replying.complaints import leave_to_people
from grm_console.desk.replying.emergency import answer_danger
from grm_console.desk.replying.follow_ups import take_not_helpful, take_thanks
from grm_console.desk.replying.named_case import add_to_case
from grm_console.desk.replying.opt_outs import take_opt_out
from grm_console.desk.replying.ratings import take_rating
from grm_console.desk.replying.senders import stay_silent
from grm_console.desk.replying.status import tell_status
from grm_console.desk.replying.text import Rule, Text, Verdict

RULES: tuple[Rule, ...] = (
    take_opt_out,
    answer_danger,
    stay_silent,
    tell_status,
    take_rating,
    leave_to_person,
    take_thanks,
    take_not_helpful,
    stay_within,
    take_choice,
    add_to_case,
    leave_to_people,
    ask_engine,
    acknowledge,
)


def judge(text: Text) -> Verdict:
    """What is done about a text."""
    for rule in RULES:
        verdict = rule(text)
        if verdict is not None:
            return verdict
    return Verdict("silence")
