"""REST calls about texts and what was sent with them."""

import re
from typing import Any

from grm_console.standin.attachments import Attachment
from grm_console.standin.message import Message
from grm_console.standin.rest_request import Asked, Content, Refusal, Route, not_found
from grm_console.standin.texts import Texts


def text_routes(texts: Texts) -> tuple[Route, ...]:
    """The routes below Messages."""
    answers = _Texts(texts)
    one, media = r"Messages/((?:SM|MM)\w+)", r"Messages/((?:SM|MM)\w+)/Media"
    return (
        ("GET", re.compile(r"Messages\.json"), answers.all),
        ("POST", re.compile(r"Messages\.json"), answers.send),
        ("GET", re.compile(one + r"\.json"), answers.one),
        ("POST", re.compile(one + r"\.json"), answers.change),
        ("DELETE", re.compile(one + r"\.json"), answers.forget),
        ("GET", re.compile(media + r"\.json"), answers.all_media),
        ("GET", re.compile(media + r"/(ME\w+)\.json"), answers.media),
        ("GET", re.compile(media + r"/(ME\w+)"), answers.content),
    )


class _Texts:
    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def all(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        sender, recipient = asked.get("From"), asked.get("To")
        fitting = (
            _shown(asked, message)
            for message in self._texts.newest_first()
            if sender in (None, message.sender) and recipient in (None, message.recipient)
            if asked.within("DateSent", message.sent or message.created)
        )
        return asked.page("messages", fitting)

    def send(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        return 201, _shown(asked, self._texts.send(asked.fields(), tuple(asked.every("MediaUrl"))))

    def one(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        return 200, _shown(asked, self._text(sid))

    def change(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        message = self._text(sid)
        if asked.get("Body") != "":
            raise Refusal(400, 20001, "Only the body can be taken away, by an empty one")
        message.body = ""
        return 200, _shown(asked, message)

    def forget(self, asked: Asked, sid: str) -> tuple[int, None]:
        del self._texts.known[self._text(sid).sid]
        return 204, None

    def all_media(self, asked: Asked, sid: str) -> tuple[int, dict[str, Any]]:
        files = self._text(sid).attachments
        return asked.page("media_list", (_file_shown(asked, sid, file) for file in files))

    def media(self, asked: Asked, sid: str, key: str) -> tuple[int, dict[str, Any]]:
        return 200, _file_shown(asked, sid, self._file(sid, key))

    def content(self, asked: Asked, sid: str, key: str) -> tuple[int, Content]:
        file = self._file(sid, key)
        return 200, Content(file.media_type, file.content())

    def _text(self, sid: str) -> Message:
        message = self._texts.known.get(sid)
        if message is None:
            raise not_found(sid)
        return message

    def _file(self, sid: str, key: str) -> Attachment:
        for file in self._text(sid).attachments:
            if file.sid == key:
                return file
        raise not_found(key)


def _shown(asked: Asked, message: Message) -> dict[str, Any]:
    shown = asked.resource(f"Messages/{message.sid}.json", message.as_json())
    return shown | {"subresource_uris": {"media": shown["uri"].removesuffix(".json") + "/Media.json"}}


def _file_shown(asked: Asked, sid: str, file: Attachment) -> dict[str, Any]:
    return asked.resource(f"Messages/{sid}/Media/{file.sid}.json", file.as_json(sid))
