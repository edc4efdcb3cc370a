"""Small files of every kind, the actor that imports them, and looks into the store."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.imports.contacts import import_contacts
from grm_console.desk.imports.dispositions import import_dispositions
from grm_console.desk.imports.history import import_history
from grm_console.desk.imports.imported import Imported
from grm_console.desk.imports.organisations import import_organisations
from grm_console.desk.imports.segments import import_segments
from grm_console.desk.imports.services import import_services
from grm_console.desk.imports.staff import import_staff
from grm_console.store.audit import verify_chains

Reader = Callable[..., Imported]

ORGANISATIONS = (
    "code,kind,name_en,name_zh\n"
    "centre,department,Contact centre,\n"
    "water,department,Water,供水局\n"
    "roads,department,Roads,\n"
)
SEGMENTS = "code,name_en,purpose,expires_on\nretired,Retired,Adds pension articles.,2027-12-31\n"
DISPOSITIONS = "code,name_en,outcome,channels\ninformation,Information,answered,*\ndropped,Dropped,no-content,voice\n"
STAFF = "account,name,role,organisation,languages,phone\nli.wei,Li Wei,operator,centre,en|zh,+12025550191\n"
CONTACTS = (
    "key,kind,name,other_name,language,phones,emails,whatsapp,prefers_door,text_only,segments,notes\n"
    "c1,citizen,Chen Li,陈莉,zh,+12025550142,li@mail.example,,voice,,retired,Speak slowly.\n"
    "c2,citizen,Chen Guo,陈国,zh,+12025550142|+12025550143,,+12025550142,,yes,,\n"
    "b1,business,Golden Wok,,en,+12025550150,,,,,,\n"
)
HISTORY = (
    "key,contact,channel,direction,happened_at,address,language,text,disposition,agent,duration,concerns\n"
    "h1,c1,voice,inbound,2026-11-20T18:41:00Z,+12025550142,zh,No water.,information,li.wei,108,c2\n"
    "h2,,voice,inbound,2026-11-20T19:00:00Z,+12025550177,en,Hung up while waiting.,dropped,,31,\n"
    "h3,c2,sms,inbound,2026-11-20T19:10:00Z,+12025550143,zh,几点开门,,,,\n"
    "h4,b1,letter,inbound,2026-11-20T20:10:00+01:00,,en,Asks about permits.,information,li.wei,,\n"
)
SERVICES = """\
- code: water-outage
  name: {en: No water, zh: 停水}
  department: water
  with: [roads]
  kind: report
  limits: {first_reply_hours: 1, done_hours: 24}
  default_harm: hardship
  questions:
    - {code: floor, label: {en: Floor}, type: number, required: true}
    - {code: ill, label: {en: Anyone ill}, type: yesno, required: true}
    - code: need
      label: {en: What they need}
      type: text
      when: {question: ill, equals: true}
- code: whistle
  name: {en: Report misconduct}
  department: centre
  kind: complaint
  limits: {done_working_days: 5}
  confidential: true
"""


class Town:
    """A desk into which small files are brought."""

    def __init__(self, desk: Desk, actor: Actor, folder: Path) -> None:
        self.desk = desk
        self.actor = actor
        self.folder = folder

    def bring(self, reader: Reader, words: str, **options: Any) -> Imported:
        path = self.folder / "file.txt"
        path.write_text(words, encoding="utf-8")
        return reader(self.desk, self.actor, path, **options)

    def settle(self) -> None:
        """Everything that history and cases refer to."""
        for reader, words in (
            (import_organisations, ORGANISATIONS),
            (import_segments, SEGMENTS),
            (import_dispositions, DISPOSITIONS),
            (import_staff, STAFF),
            (import_services, SERVICES),
            (import_contacts, CONTACTS),
            (import_history, HISTORY),
        ):
            self.bring(reader, words)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.desk.store.reading() as connection:
            return [tuple(row) for row in connection.execute(text(sql))]

    def counts(self) -> dict[str, int]:
        """Rows of every table that an import writes, and of the feeds."""
        tables = (
            *("organisation", "queue", "queue_line", "disposition", "segment", "service", "service_department"),
            *("account", "contact", "contact_point", "point_holder", "preference", "segment_membership", "relation"),
            *("interaction", "timeline_entry", "case_file", "task", "case_event", "counter", "audit", "change"),
        )
        return {table: self.rows(f"SELECT count(*) FROM {table}")[0][0] for table in tables}

    def verified(self) -> int:
        with self.desk.store.reading() as connection:
            return verify_chains(connection, self.desk.store.trail)
