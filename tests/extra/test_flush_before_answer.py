"""No text is acknowledged before it is on the disk: the system calls of the web process tell."""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from twilio.request_validator import RequestValidator

PUBLIC = "https://desk.example.gov"
TOKEN = "secret-token"
TEXTS = 30
SERVE = (sys.executable, "-m", "grm_console", "serve", "--port", "0")

pytestmark = [
    pytest.mark.extra,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]


def test_every_answer_follows_a_flush(sqlite_url: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    environment = os.environ | {
        "GRM_DATABASE_URL": sqlite_url,
        "GRM_AUDIT_KEY": "test key",
        "GRM_PUBLIC_BASE_URL": PUBLIC,
        "GRM_TWILIO_AUTH_TOKEN": TOKEN,
    }
    calls = "trace=fdatasync,fsync,write,writev,sendto,sendmsg"
    server = subprocess.Popen(
        # -D: the process we hold is the server, which gets our signal; strace only looks on.
        ["strace", "-D", "-f", "-s", "40", "-e", calls, "-o", str(trace), *SERVE],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    try:
        address = next(line for line in server.stderr if line.startswith("listening on ")).split()[-1]
        with httpx.Client(base_url=address) as client:
            for number in range(TEXTS):
                answer = client.post("/twilio/sms", data=(form := text(number)), headers=signed(form))
                assert answer.status_code == 200
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=20)
    flushes, answers, unflushed = 0, 0, 0
    for line in trace.read_text(errors="replace").splitlines():
        if re.search(r"f(data)?sync\(.*= 0|<\.\.\. f(data)?sync resumed.*= 0", line):
            flushes += 1
        elif "HTTP/1.1 200" in line:
            answers += 1
            unflushed += flushes == 0
            flushes = 0
    assert answers == TEXTS
    assert unflushed == 0


def text(number: int) -> dict[str, str]:
    return {
        "MessageSid": f"SM{number:032x}",
        "AccountSid": "AC" + "0" * 32,
        "From": "+12025550142",
        "To": "+12025550100",
        "Body": "no water",
    }


def signed(form: dict[str, str]) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(PUBLIC + "/twilio/sms", form)}
