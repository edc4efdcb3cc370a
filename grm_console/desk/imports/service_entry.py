"""What one service of the catalogue consists of, and the rules that hold between its parts."""

from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from grm_console.i18n import _


def _yes_or_no(value: object) -> object:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


Code = Annotated[str, Field(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=60)]
Words = Annotated[str, Field(min_length=1, max_length=1000)]
Answer = Annotated[Words, BeforeValidator(_yes_or_no)]
"""What a question may be answered with; a yes-or-no answer is true or false in the file."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Texts(_Strict):
    """Words in English and, if there are any, in Chinese."""

    en: Words
    zh: str = ""


class _Limits(_Strict):
    """When a reply and the end are promised: hours run through, or working days."""

    first_reply_hours: Annotated[int, Field(gt=0)] | None = None
    done_hours: Annotated[int, Field(gt=0)] | None = None
    done_working_days: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if (self.done_hours is None) == (self.done_working_days is None):
            raise ValueError(_("give either done_hours or done_working_days"))
        return self


class _Choice(_Texts):
    code: Code


class _When(_Strict):
    """The earlier answer that makes a question be asked."""

    question: Code
    equals: Answer


class AskedQuestion(_Strict):
    """A question that a service asks."""

    code: Code
    label: _Texts
    type: Literal["text", "number", "date", "datetime", "yesno", "choice"]
    required: bool = False
    help: _Texts | None = None
    choices: list[_Choice] = []
    when: _When | None = None

    @model_validator(mode="after")
    def _choices_fit(self) -> Self:
        if (self.type == "choice") != bool(self.choices):
            raise ValueError(_("a question of type choice has choices, and no other has"))
        if len({choice.code for choice in self.choices}) < len(self.choices):
            raise ValueError(_("two choices have the same code"))
        return self


def _fit_together(questions: list[AskedQuestion]) -> list[AskedQuestion]:
    """Each question has its own code, and waits only for an answer that an earlier one can have."""
    asked: dict[str, AskedQuestion] = {}
    for question in questions:
        if question.code in asked:
            raise ValueError(_("two questions have the code {code}").format(code=question.code))
        if question.when is not None:
            earlier = asked.get(question.when.question)
            if earlier is None:
                raise ValueError(
                    _("{code} depends on {question}, which is not asked before").format(
                        code=question.code, question=question.when.question
                    )
                )
            possible = {"yes", "no"} if earlier.type == "yesno" else {choice.code for choice in earlier.choices}
            if possible and question.when.equals not in possible:
                raise ValueError(
                    _("{code} waits for an answer that {earlier} does not have").format(
                        code=question.code, earlier=earlier.code
                    )
                )
        asked[question.code] = question
    return questions


class ServiceEntry(_Strict):
    """A matter type as the file and a form give it."""

    code: Code
    name: _Texts
    description: _Texts | None = None
    department: Code
    others: Annotated[list[Code], Field(alias="with")] = []
    kind: Code
    limits: _Limits
    default_harm: Literal["none", "hardship", "health", "danger"] = "none"
    confidential: bool = False
    keywords: dict[str, list[str]] = {}
    questions: Annotated[list[AskedQuestion], AfterValidator(_fit_together)] = []
    active: bool | None = None
    """Absent, it stays as it is."""

    @field_validator("others")
    @classmethod
    def _without_the_lead(cls, others: list[str], info: ValidationInfo) -> list[str]:
        if info.data.get("department") in others:
            raise ValueError(_("the lead department does not stand under with as well"))
        return others
