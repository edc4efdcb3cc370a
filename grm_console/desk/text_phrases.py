"""What the machine writes to citizens, in the languages of the desk; each says that it is automatic where it answers.

Words in one language stay within two segments, three with all slots filled: 320 characters in English, 134 in Chinese.
"""

from collections.abc import Mapping

_PHRASES: Mapping[str, Mapping[str, str]] = {
    "acknowledgement": {
        "en": "Automatic reply: we have your message, a person will read it. To speak to someone, call this number. "
        "Reply STOP for no more texts.",
        "zh": "自动回复：已收到您的短信，工作人员会阅读处理。如需人工服务请直接拨打本号码。回复“退订”不再接收。",
        "es": "Respuesta automática: recibimos su mensaje y una persona lo leerá. Para hablar con alguien, llame a "
        "este número. Responda STOP para no recibir más mensajes.",
        "fr": "Réponse automatique : nous avons reçu votre message, une personne le lira. Pour parler à quelqu'un, "
        "appelez ce numéro. Répondez STOP pour ne plus recevoir de SMS.",
        "ru": "Автоответ: сообщение получено, его прочитает сотрудник. Чтобы поговорить, позвоните по этому номеру. "
        "STOP — отписаться.",
        "ar": "رد آلي: استلمنا رسالتك وسيقرؤها موظف. للتحدث مع شخص اتصل بهذا الرقم. أرسل STOP لإيقاف الرسائل.",
    },
    "crowded": {
        "en": "Automatic reply: we have your message. Many people are writing just now, so a person's answer takes "
        "longer than usual. Reply STOP for no more texts.",
        "zh": "自动回复：已收到您的短信。目前来信较多，人工答复会比平时慢。回复“退订”不再接收。",
        "es": "Respuesta automática: recibimos su mensaje. Ahora escribe mucha gente; la respuesta de una persona "
        "tardará más de lo habitual. Responda STOP para no recibir más mensajes.",
        "fr": "Réponse automatique : nous avons reçu votre message. Beaucoup de personnes écrivent en ce moment ; la "
        "réponse prendra plus de temps. Répondez STOP pour ne plus recevoir de SMS.",
        "ru": "Автоответ: сообщение получено. Сейчас много обращений, ответ сотрудника займёт больше времени. "
        "STOP — отписаться.",
        "ar": "رد آلي: استلمنا رسالتك. الرسائل كثيرة الآن وقد يتأخر رد الموظف. أرسل STOP لإيقاف الرسائل.",
    },
    "closed": {
        "en": "Automatic reply: we have your message. We are closed now; a person will read it when we open {when}. "
        "Reply STOP for no more texts.",
        "zh": "自动回复：已收到您的短信。现在是非服务时间，我们{when}上班后由工作人员处理。回复“退订”不再接收。",
        "es": "Respuesta automática: recibimos su mensaje. Ahora está cerrado; una persona lo leerá cuando abramos: "
        "{when}. Responda STOP para no recibir más mensajes.",
        "fr": "Réponse automatique : nous avons reçu votre message. C'est fermé maintenant ; une personne le lira à "
        "l'ouverture : {when}. Répondez STOP pour ne plus recevoir de SMS.",
        "ru": "Автоответ: сообщение получено. Сейчас закрыто, сотрудник прочитает его после открытия: {when}. "
        "STOP — отписаться.",
        "ar": "رد آلي: استلمنا رسالتك. نحن مغلقون الآن وسيقرؤها موظف عند الفتح: {when}. أرسل STOP لإيقاف الرسائل.",
    },
    "bilingual": {
        "en": "Automatic reply: we have your message, a person will read it. "
        "自动回复：已收到您的短信，工作人员会阅读。",
        "zh": "自动回复：已收到您的短信，工作人员会阅读。 "
        "Automatic reply: we have your message, a person will read it.",
    },
    "answer-opening": {"en": "Automatic reply:", "zh": "自动回复："},
    "answer-closing": {"en": "Not it? Reply NO for a person.", "zh": "未解决请回复“没用”转人工。"},
    "answer-rest": {"en": "More: call {line}, ask for {code}.", "zh": "详情请拨{line}报{code}。"},
    "which-answer": {"en": "Automatic reply: did you mean", "zh": "自动回复：您想问的是"},
    "which-answer-end": {
        "en": "Reply with the digit, 0 for a person, or ask in other words.",
        "zh": "请回复数字，0转人工，或换个说法再问。",
    },
    "emergency": {
        "en": "If life is in danger, call {number} NOW. This is an automatic reply; people at the hotline are alerted "
        "and read your message.",
        "zh": "如有生命危险，请立即拨打{number}！这是自动回复，热线工作人员已收到警报，正在查看您的短信。",
    },
    "stopped": {
        "en": "You will get no more texts from this number. Reply START to get them again.",
        "zh": "您已退订，本号码不再向您发送短信。回复“恢复”可重新接收。",
    },
    "started": {
        "en": "You will get texts from this number again. Reply STOP for no more.",
        "zh": "已恢复，本号码将继续向您发送短信。回复“退订”不再接收。",
    },
    "help": {
        "en": "This is the government hotline. Text your question, or STATUS and your case number. To speak to "
        "someone, call this number. Reply STOP for no more texts.",
        "zh": "政府服务热线：可直接发送您的问题，或发送“进度”加办件编号。人工服务请拨打本号码。回复“退订”不再接收。",
    },
    "status": {
        "en": "Automatic reply: case {number}, {service}: {state}. {due}",
        "zh": "自动回复：办件{number}（{service}）：{state}。{due}",
    },
    "status-sealed": {
        "en": "Automatic reply: case {number}: {state}. {due}",
        "zh": "自动回复：办件{number}：{state}。{due}",
    },
    "state-open": {"en": "in progress", "zh": "办理中"},
    "state-closed": {"en": "closed", "zh": "已办结"},
    "due": {"en": "To be done by {date}.", "zh": "办理期限：{date}。"},
    "overdue": {"en": "It is later than promised; we are sorry.", "zh": "已超过承诺期限，我们深表歉意。"},
    "done-on": {"en": "Closed on {date}.", "zh": "办结日期：{date}。"},
    "number-wanted": {
        "en": "Automatic reply: please add the case number, e.g. STATUS 26-000418-7. From a shared telephone add the "
        "six-digit PIN as well.",
        "zh": "自动回复：请加上办件编号，例如：进度 26-000418-7。多人共用的电话还需加上六位查询码。",
    },
    "number-misread": {
        "en": "Automatic reply: this case number cannot be right. Please check its last digit: STATUS 26-000418-7.",
        "zh": "自动回复：办件编号有误，请核对最后一位，例如：进度 26-000418-7。",
    },
    "pin-wanted": {
        "en": "Automatic reply: from this telephone we can tell about that case only with its PIN: STATUS, the number, "
        "and the six digits you were given. No PIN? Call this number.",
        "zh": "自动回复：从此号码查询该办件需要查询码：进度、办件编号和受理时告知的六位数字。没有查询码请拨打本号码。",
    },
    "pin-locked": {
        "en": "Automatic reply: too many wrong PINs. Please call this number, or try again tomorrow.",
        "zh": "自动回复：查询码错误次数过多。请拨打本号码，或明天再试。",
    },
    "no-case": {
        "en": "Automatic reply: there is no open case in your name. Text your question and a person will read it.",
        "zh": "自动回复：您名下没有办理中的事项。您可以直接发送问题，由工作人员处理。",
    },
    "which-case": {
        "en": "Automatic reply: which one? Reply with the digit.",
        "zh": "自动回复：请问是哪一件？请回复数字。",
    },
    "which-case-line": {"en": "{digit} = {number} {service}", "zh": "{digit} = {number} {service}"},
    "noted": {
        "en": "Automatic reply: your message is added to case {number}, and a person reads it.",
        "zh": "自动回复：您的短信已记入办件{number}，工作人员会查看。",
    },
    "text-instead": {
        "en": "You called us. We do not ring this number; text your question here and a person will answer. Reply STOP "
        "for no more texts.",
        "zh": "您刚才来电。我们不会回拨此号码，请直接用短信写下您的问题，工作人员会答复。回复“退订”不再接收。",
    },
    "rate": {
        "en": "How was our service? Reply with a digit from 1 (bad) to 5 (very good). Reply STOP for no more texts.",
        "zh": "您对本次服务满意吗？请回复1（不满意）到5（非常满意）。回复“退订”不再接收。",
    },
    "rated": {"en": "Thank you for your rating.", "zh": "感谢您的评价。"},
    "rated-low": {
        "en": "Thank you for telling us. We are sorry; a person will look at it and write to you.",
        "zh": "感谢您的反馈，非常抱歉。我们会安排工作人员跟进并与您联系。",
    },
}

NAMES = tuple(sorted(_PHRASES))


def is_written(name: str, language: str) -> bool:
    """Whether there is a sentence in this very language."""
    return language in _PHRASES[name]


def text_phrase(name: str, language: str, **slots: object) -> str:
    """The sentence in the language, or in English where it is not there, with its slots filled as they are."""
    texts = _PHRASES[name]
    words = texts.get(language, texts["en"])
    for slot, value in slots.items():
        words = words.replace(f"{{{slot}}}", str(value))
    return words.strip()
