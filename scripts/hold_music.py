"""Makes the hold music: soft broken chords over a slow bass, of sine tones alone, so that it is nobody's but ours.

    .venv/bin/python scripts/hold_music.py            writes grm_console/channels/twilio/hold_music.wav

8,000 samples a second as mu-law, what a telephone carries (ITU-T G.711), so that nothing is lost on the way; about
112 kB. The end fades into the beginning, for it is played again and again.
"""

import math
import struct
from pathlib import Path

TARGET = Path(__file__).parents[1] / "grm_console" / "channels" / "twilio" / "hold_music.wav"

RATE = 8000
BEAT = 0.4375
"""Seconds of one note."""
CHORDS = (
    ("C3", "C4 E4 G4 C5 E5 C5 G4 E4"),
    ("A2", "A3 C4 E4 A4 C5 A4 E4 C4"),
    ("F2", "A3 C4 F4 A4 C5 A4 F4 C4"),
    ("G2", "B3 D4 G4 B4 D5 B4 G4 D4"),
)
"""A bass tone, and the notes over it, one a beat."""
RING = 1.6
"""Seconds until a note has died away."""
LOUDEST = 0.32
"""Of what can be carried: music lies under the voice that follows."""

_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_BIAS, _CLIP = 0x84, 32635


def frequency(note: str) -> float:
    """Of a note such as A4, which is 440 Hz."""
    return float(440 * 2 ** ((_STEPS[note[0]] + 12 * int(note[1]) - 57) / 12))


def piece() -> list[float]:
    """The samples from -1 to 1; what still rings at the end goes on at the beginning."""
    beats = [note for _, notes in CHORDS for note in notes.split()]
    samples = [0.0] * round(len(beats) * BEAT * RATE)
    for number, note in enumerate(beats):
        _add(samples, number * BEAT, frequency(note), 0.5, RING)
    for number, (bass, notes) in enumerate(CHORDS):
        _add(samples, number * BEAT * len(notes.split()), frequency(bass), 0.8, 3.4)
    highest = max(map(abs, samples))
    return [sample / highest * LOUDEST for sample in samples]


def _add(samples: list[float], begins: float, pitch: float, loudness: float, rings: float) -> None:
    """A plucked tone: it swells for 12 ms, then dies away; its octave fades sooner."""
    first = round(begins * RATE)
    for at in range(round(rings * RATE)):
        second = at / RATE
        swell = min(1.0, second / 0.012) * (1 - second / rings)
        wave = math.sin(math.tau * pitch * second) * math.exp(-2.2 * second)
        wave += 0.22 * math.sin(math.tau * 2 * pitch * second) * math.exp(-5 * second)
        samples[(first + at) % len(samples)] += loudness * swell * wave


def mu_law(sample: float) -> int:
    """One sample as G.711 writes it."""
    value = max(-_CLIP, min(_CLIP, round(sample * 32767)))
    sign, value = (0x80, -value) if value < 0 else (0, value)
    value += _BIAS
    exponent = max(0, value.bit_length() - 8)
    return ~(sign | exponent << 4 | value >> (exponent + 3) & 0x0F) & 0xFF


def wav(samples: bytes) -> bytes:
    """A RIFF file of one channel; format 7 is mu-law and needs the count of samples beside it (RFC 2361)."""
    form = struct.pack("<HHIIHHH", 7, 1, RATE, RATE, 1, 8, 0)
    chunks = b""
    for name, content in ((b"fmt ", form), (b"fact", struct.pack("<I", len(samples))), (b"data", samples)):
        chunks += name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


if __name__ == "__main__":
    TARGET.write_bytes(wav(bytes(map(mu_law, piece()))))
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes, {len(piece()) / RATE:.1f} s")
