"""Playing audio with a player that the system has; it is started by its own path, never through a shell."""

import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from grm_console.desk.recording_views import AUDIO_SUFFIXES
from grm_console.errors import NotFound
from grm_console.i18n import _


def player_for(media_type: str) -> str | None:
    """The path of a program that plays this kind of audio here; None if there is none.

    `afplay` is macOS's, `aplay` plays WAV alone, `xdg-open` needs a graphical session.
    """
    names = ["afplay"]
    if AUDIO_SUFFIXES.get(media_type) == ".wav":
        names.append("aplay")
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        names.append("xdg-open")
    return next((path for name in names if (path := shutil.which(name)) is not None), None)


class Player:
    """Plays one piece at a time, from a folder that only its owner may read and that is gone after `close`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folder: str | None = None
        self._running: subprocess.Popen[bytes] | None = None
        self._closed = False

    def play(self, name: str, media_type: str, audio: bytes) -> None:
        """Begin to play; what was playing stops. `name` is the file's name. Raises NotFound if there is no player."""
        program = player_for(media_type)
        if program is None:
            raise NotFound(_("There is no player for it here. Save it (^S) and listen to it elsewhere."))
        with self._lock:
            if self._closed:
                return
            self._stop()
            if self._folder is None:
                self._folder = tempfile.mkdtemp(prefix="grm-listen-")
            file = Path(self._folder) / name
            file.write_bytes(audio)
            try:
                self._running = subprocess.Popen(  # noqa: S603 - a found program and our own file, no shell
                    [program, str(file)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            except OSError as error:
                told = _("{program} cannot be started ({reason}). Save it (^S) and listen to it elsewhere.")
                raise NotFound(told.format(program=program, reason=error.strerror)) from error

    def close(self) -> None:
        """Stop, and leave nothing behind."""
        with self._lock:
            self._closed = True
            self._stop()
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)

    def _stop(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None
