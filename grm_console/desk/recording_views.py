"""What screens get to see of recordings: frozen rows without the audio. Light on purpose, as desk.views."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grm_console.domain.words import RecordingKind


class RecordingStage(StrEnum):
    """How far a recording is from being heard."""

    RUNNING = "running"
    """It is still being recorded, or the carrier has not finished with it."""
    KEPT = "kept"
    """The carrier keeps it; it comes here when somebody wishes to hear it."""
    COMING = "coming"
    HERE = "here"
    SILENT = "silent"
    """Nothing was said: there is no audio."""
    FAILED = "failed"
    """There is no audio to be had; the problem says why."""


AUDIO_SUFFIXES = {
    "audio/mpeg": ".mp3",
    "audio/mp3": ".mp3",
    "audio/wav": ".wav",
    "audio/wave": ".wav",
    "audio/x-wav": ".wav",
    "audio/vnd.wave": ".wav",
}
"""How files of each kind of audio are called."""


@dataclass(frozen=True, slots=True)
class RecordingLine:
    """One recording of a call, or one voicemail."""

    recording_id: int
    interaction_id: int | None
    """None as long as its call is not known."""
    call_sid: str
    kind: RecordingKind
    stage: RecordingStage
    started_at: datetime
    seconds: int | None
    media_type: str
    """Empty until it was fetched."""
    problem: str
    """Why there is none, or why it could not be fetched the last time; empty if all is well."""
    sealed: bool
    """Whether this reader may not hear it: the matter is confidential, or the caller wished to stay unnamed."""

    @property
    def file_name(self) -> str:
        """What a file of it is called, without a folder: no name and no number is in it."""
        suffix = AUDIO_SUFFIXES.get(self.media_type, ".audio")
        return f"{self.kind}-{self.started_at.astimezone():%Y%m%d-%H%M}-{self.recording_id}{suffix}"
