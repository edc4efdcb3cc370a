"""All settings, from the environment or a `.env` file, prefix `GRM_`; the README's table is checked against this."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from grm_console.domain.opt_out import LineKind
from grm_console.domain.quiet_hours import readable
from grm_console.domain.text_rules import TextRules
from grm_console.errors import SettingsError


def state_folder() -> Path:
    """Where this user's files of the program lie: `$XDG_STATE_HOME/grm`, usually `~/.local/state/grm`."""
    base = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(base) / "grm"


class Settings(BaseSettings):
    """The desk's settings; a missing or wrong one is named with the fix when the part that needs it starts."""

    model_config = SettingsConfigDict(env_prefix="GRM_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = Field(default_factory=lambda: f"sqlite:///{state_folder() / 'grm.db'}")
    """Where the store is: `sqlite:////path/grm.db` or `postgresql://user:password@host/database`."""
    public_base_url: str = ""
    """Where Twilio reaches this desk, e.g. `https://hotline.example.gov`; signatures are checked on it."""
    twilio_account_sid: str = ""
    """The account whose numbers lead here; requests of any other account are refused."""
    twilio_auth_token: SecretStr = SecretStr("")
    """The account's auth token; while rotating, old and new separated by a comma."""
    twilio_webhook_keys: SecretStr = SecretStr("")
    """Shared keys of Twilio's webhook settings, `name=secret`, separated by commas; empty if none are used."""
    twilio_api_base_url: str = "https://api.twilio.com"
    """Where Twilio's REST API is; only a test server needs another."""
    default_region: str = "US"
    """Two letters: the country whose national numbers are meant when none is written."""
    language: str = "en"
    """The desk's first language, `en` or `zh`: what callers hear first, and the questions of the case form."""
    text_countries: str = ""
    """Country calling codes texts may go to, separated by commas, e.g. `1,52`; empty means the default region's."""
    text_line_kinds: str = ""
    """Our numbers whose kind their digits do not tell, e.g. `+18005550100=toll-free,72345=short-code`."""
    text_quiet_hours: str = "21:00-08:00"
    """When no machine begins a text, by the local clock, or `none`; a queue may have its own."""
    text_answers_at_night: bool = True
    """Whether a text that just came is acknowledged in the quiet hours as well."""
    text_undo_seconds: int = Field(default=5, ge=0, le=120)
    """How long what an operator wrote can be taken back before it goes out."""
    text_replies_per_number: int = Field(default=3, ge=0)
    """Automatic texts to one number in 24 hours, beyond which only commands and emergencies are answered."""
    text_replies_per_rule: int = Field(default=5_000, ge=0)
    """Automatic texts by one rule in an hour, beyond which it pauses; 0 for any number."""
    text_replies_per_desk: int = Field(default=10_000, ge=0)
    """Automatic texts of the whole desk in an hour, beyond which all of them pause; 0 for any number."""
    text_answers: bool = True
    """Whether texts are answered from the knowledge base by themselves, where the engine is sure."""
    text_answers_per_number: int = Field(default=10, ge=0)
    """Automatic texts to one number in 24 hours, beyond which no question is answered by a machine either."""
    text_minutes_saved: float = Field(default=4.0, ge=0)
    """Minutes of an operator that one text answered by itself is assumed to save, for the report."""
    audit_key: SecretStr = SecretStr("")
    """Key of the audit chain; empty means the key file. All hosts of one store need the same."""
    audit_folder: Path | None = None
    """Where audit key and audit head lie; empty means beside an SQLite store, else the state folder."""
    lock_after_minutes: int = Field(default=10, ge=0, le=24 * 60)
    """After so many minutes without a key or click the console locks itself; 0 means never."""
    emergency_callback_minutes: int = Field(default=120, ge=1, le=7 * 24 * 60)
    """For how long after an emergency call a call from its service goes past hours, blocklist and limits."""
    reconcile_minutes: int = Field(default=10, ge=0, le=24 * 60)
    """Every so many minutes the web process looks in the carrier's lists for what no webhook brought; 0 for never."""
    questions_minutes: int = Field(default=30, ge=0, le=24 * 60)
    """Every so many minutes questions without a good answer are grouped into proposals; 0 for never."""
    question_fewest_askers: int = Field(default=3, ge=1, le=100)
    """From so many people on, words of a group of questions are shown to those who may not read exchanges."""
    topic_alarm_minutes: int = Field(default=60, ge=0, le=24 * 60)
    """For so many minutes after an alarm of a sudden topic is over, the same topic raises none anew."""
    log_level: str = "info"
    """What the web process tells on standard error: debug, info, warning or error."""

    @field_validator("public_base_url", "twilio_api_base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
                raise ValueError("write it as https://host, with a path only if a proxy adds one")
        return value.rstrip("/")

    @field_validator("default_region")
    @classmethod
    def _region(cls, value: str) -> str:
        if len(value) != 2 or not value.isalpha() or not value.isascii():
            raise ValueError("write the country as two letters, e.g. US or CN")
        return value.upper()

    @field_validator("language")
    @classmethod
    def _language(cls, value: str) -> str:
        if value not in ("en", "zh"):
            raise ValueError("write en or zh")
        return value

    @field_validator("text_countries")
    @classmethod
    def _countries(cls, value: str) -> str:
        if not all(code.isascii() and code.isdecimal() and len(code) < 4 for code in _listed(value)):
            raise ValueError("write country calling codes separated by commas, e.g. 1,52")
        return value

    @field_validator("text_quiet_hours")
    @classmethod
    def _quiet_hours(cls, value: str) -> str:
        if not value or not readable(value):
            raise ValueError("write the hours as 21:00-08:00, or none")
        return value

    @field_validator("text_line_kinds")
    @classmethod
    def _line_kinds(cls, value: str) -> str:
        kinds = ", ".join(LineKind)
        for item in _listed(value):
            number, _sign, kind = item.partition("=")
            if not number.strip() or kind.strip() not in set(LineKind):
                raise ValueError(f"write number=kind, kind being one of {kinds}")
        return value

    @field_validator("log_level")
    @classmethod
    def _log_level(cls, value: str) -> str:
        if value.lower() not in ("debug", "info", "warning", "error"):
            raise ValueError("write debug, info, warning or error")
        return value.lower()

    @property
    def text_rules(self) -> TextRules:
        """What the desk has settled about its texts."""
        pairs = (item.partition("=") for item in _listed(self.text_line_kinds))
        return TextRules(
            undo_seconds=self.text_undo_seconds,
            countries=frozenset(_listed(self.text_countries)),
            line_kinds={number.strip(): LineKind(kind.strip()) for number, _sign, kind in pairs},
            quiet_hours=self.text_quiet_hours,
            answers_at_night=self.text_answers_at_night,
            replies_per_number=self.text_replies_per_number,
            replies_per_rule=self.text_replies_per_rule,
            replies_per_desk=self.text_replies_per_desk,
            answers=self.text_answers,
            answers_per_number=self.text_answers_per_number,
        )

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """The auth tokens that may sign, newest first."""
        return tuple(t.strip() for t in self.twilio_auth_token.get_secret_value().split(",") if t.strip())

    @property
    def webhook_keys(self) -> dict[str, str]:
        """Shared webhook keys by name."""
        pairs = (item.partition("=") for item in self.twilio_webhook_keys.get_secret_value().split(",") if item.strip())
        return {name.strip(): secret.strip() for name, _, secret in pairs}


def _listed(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


def read_settings() -> Settings:
    """The settings in force; SettingsError names every wrong one with its fix."""
    try:
        return Settings()
    except ValidationError as error:
        told = "; ".join(
            f"GRM_{str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')}" for e in error.errors()
        )
        raise SettingsError(f"Wrong settings: {told}.") from None
