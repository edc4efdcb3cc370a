"""The floor of acknowledgement: bare ASGI on uvicorn, an own HMAC check, raw inserts of the same rows, group commit.

It asks nothing, matches nothing and decides nothing: it writes what a first call or text of a stranger leaves in the
store, and answers after the commit. Run by `ack.py`; the argument is the store's URL.
"""

import asyncio
import base64
import hmac
import json
import queue
import sys
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import psycopg
import uvicorn
from signed import LINE, PUBLIC, TOKEN

from grm_console.store.engine import read_url, sqlite_module

ROWS = {
    "inbound_event": "provider sid kind discriminator thread_sid channel direction sender recipient state sequence "
    "happened_at received_at text duration error opt_out media recovered account idempotency_token fields raw",
    "contact_point": "kind address",
    "interaction": "import_key provider sid channel direction state provider_state sender line contact_point_id "
    "contact_id concerned_id concerned_name entered_by_id identified follows_id agent_id queue_id language happened_at "
    "entered_at answered_at connected_at ended_at wrapped_up_at duration end_reason disposition_id text attachments "
    "note problem recovered version",
    "queue_entry": "interaction_id queue_id state harm waiting_since queued_as_of claimed_by_id claimed_at left_at "
    "left_reason",
    "timeline_entry": "contact_id at kind source_id interaction_id channel direction state case_number summary",
    "outbox": "kind decision interaction_id contact_point_id provider answered_sid body by_document state provider_id "
    "error code rule attempts decided_at decided_by_id not_before sent_at detail",
    "audit": "seq at account_id organisation_id act subject purpose detail hash",
    "change": "transaction topic subject_id at",
}
REPLY = (
    "Automatic reply: we have your message, a person will read it. To speak to someone, call this number. "
    "Reply STOP for no more texts."
)
TWIML = f"<?xml version='1.0' encoding='UTF-8'?><Response><Message>{REPLY}</Message></Response>".encode()
BATCH = 256

Fields = dict[str, str]


class Rows:
    """The inserts of one request on one raw connection."""

    def __init__(self, url: str) -> None:
        parsed = read_url(url)
        self.postgresql = parsed.get_backend_name() == "postgresql"
        if self.postgresql:
            self.connection: Any = psycopg.connect(
                parsed.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
            )
            self.begin, mark, end = "BEGIN", "%s", " RETURNING id"
        else:
            self.connection = sqlite_module().connect(parsed.database, isolation_level=None, check_same_thread=False)
            for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-65536", "wal_autocheckpoint=16000"):
                self.connection.execute(f"PRAGMA {pragma}")
            self.begin, mark, end = "BEGIN IMMEDIATE", "?", ""
        self.cursor = self.connection.cursor()
        self.sql = {}
        for table, names in ROWS.items():
            columns = names.split()
            keyed = end if table not in ("audit", "change", "queue_entry", "timeline_entry") else ""
            marks = ", ".join([mark] * len(columns))
            self.sql[table] = f"INSERT INTO {table} ({', '.join(f'{c!r}' for c in columns)}) VALUES ({marks}){keyed}"
            self.sql[table] = self.sql[table].replace("'", '"')
        self.move = f"UPDATE audit_head SET count = {mark}, hash = {mark} WHERE id = 1"
        self.queue = int(self.cursor.execute("SELECT min(id) FROM queue").fetchone()[0])
        self.count = int(self.cursor.execute("SELECT count FROM audit_head WHERE id = 1").fetchone()[0])

    def add(self, table: str, *values: Any) -> int:
        self.cursor.execute(self.sql[table], values)
        if not self.postgresql:
            return int(self.cursor.lastrowid or 0)
        return int(self.cursor.fetchone()[0]) if self.cursor.description else 0

    def write(self, fields: Fields, token: str, now: str) -> None:
        """Everything a stranger's first call or text leaves behind."""
        call = "CallSid" in fields
        sid, sender = fields["CallSid" if call else "MessageSid"], fields["From"]
        channel, kind = ("voice", "call") if call else ("sms", "text")
        state = fields["CallStatus" if call else "SmsStatus"]
        words = fields.get("Body", "")
        kept = json.dumps({name: [value] for name, value in fields.items()})
        common = (channel, "inbound")
        self.add(
            "inbound_event",
            *("twilio", sid, kind, "", sid, *common, sender, LINE, state, None, None, now, words, None, "", "", None),
            *(False, fields["AccountSid"], token, kept, None),
        )
        point = self.add("contact_point", "phone", sender)
        key = self.add(
            "interaction",
            *(None, "twilio", sid, *common, "waiting", state if call else "", sender, LINE, point, None, None, ""),
            *(None, None, None, None, self.queue, "", now, now, None, None, None, None, None, None, None, words),
            *(0, "", "", False, 1),
        )
        self.add("queue_entry", key, self.queue, "waiting", 0, now, now, None, None, None, None)
        self.add("timeline_entry", None, now, "interaction", key, key, *common, "waiting", "", words)
        if not call:
            reply = self.add(
                "outbox",
                *("text", f"{sid}:reply", key, point, "twilio", sid, REPLY, True, "sent", "", "", 0),
                *("acknowledgement", 0, now, 1, now, now, None),
            )
            self.add("timeline_entry", None, now, "reply", reply, key, channel, "outbound", "sent", "", REPLY)
        self.count += 1
        subject = f"interaction:{key}"
        self.add("audit", self.count, now, 1, 1, "receive-events", subject, f"twilio:{kind}", "", "0" * 64)
        self.add("change", 0, "queue", key, now)

    def commit(self, batch: "list[tuple[Fields, str]]") -> None:
        now = datetime.now(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")
        self.cursor.execute(self.begin)
        for fields, token in batch:
            self.write(fields, token, now)
        self.cursor.execute(self.move, (self.count, "0" * 64))
        self.cursor.execute("COMMIT")


Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Bare:
    """The ASGI application."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.waiting: queue.SimpleQueue[tuple[Fields, str, asyncio.Future[None]]] = queue.SimpleQueue()
        self.loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        self.loop = asyncio.get_running_loop()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self) -> None:
        assert self.loop is not None
        while True:
            batch = [self.waiting.get()]
            while len(batch) < BATCH and not self.waiting.empty():
                batch.append(self.waiting.get())
            self.rows.commit([(fields, token) for fields, token, _ in batch])
            self.loop.call_soon_threadsafe(release, [future for *_, future in batch])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if self.loop is None:
            self.start()
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = dict(scope["headers"])
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
        signed = PUBLIC + scope["path"] + "".join(name + value for name, value in sorted(set(pairs)))
        digest = base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), "sha1"))
        if not hmac.compare_digest(digest, headers.get(b"x-twilio-signature", b"")):
            await answer(send, 403, b"")
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.put((dict(pairs), headers.get(b"i-twilio-idempotency-token", b"").decode(), future))
        await future
        await answer(send, 200, TWIML)


def release(futures: "list[asyncio.Future[None]]") -> None:
    for future in futures:
        future.set_result(None)


async def answer(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/xml; charset=utf-8"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def main() -> None:
    """Serve on a free port of loopback and say which."""
    application = Bare(Rows(sys.argv[1]))
    config = uvicorn.Config(
        application,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=60,
    )
    listener = config_socket()
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", file=sys.stderr, flush=True)
    uvicorn.Server(config).run(sockets=[listener])


def config_socket() -> Any:
    """A listening socket on a free port of loopback."""
    import socket

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    return listener


if __name__ == "__main__":
    main()
