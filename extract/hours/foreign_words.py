"""Words about opening hours in other languages than English, each with the English word that it means."""

from __future__ import annotations

import re
from functools import lru_cache

ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# The names and short forms of the days, from Monday.
DAYS = {
    "de": ["montags?|mo", "dienstags?|di", "mittwochs?|mi", "donnerstags?|do", "freitags?|fr",
           "samstags?|sonnabends?|sa", "sonntags?|so"],
    "fr": ["lundis?|lun?", "mardis?|mar?", "mercredis?|mer?", "jeudis?|jeu?", "vendredis?|ven?", "samedis?|sam?",
           "dimanches?|dim?"],
    "es": ["lunes|lun|l", "martes|mar|m", "mi[ée]rcoles|mi[ée]|x", "jueves|jue|j", "viernes|vie|v",
           "s[áa]bados?|s[áa]b|s", "domingos?|dom|d"],
    "it": ["luned[ìi]|lun", "marted[ìi]|mar", "mercoled[ìi]|mer", "gioved[ìi]|gio", "venerd[ìi]|ven", "sabato|sab",
           "domenic(?:a|he)|dom"],
    "pt": [*(rf"{name}(?:-feiras?)?|{number}\.?ª(?:s|-feiras?)?" for number, name in enumerate(
               ("segundas?|seg", "ter[çc]as?|ter", "quartas?|qua", "quintas?|qui", "sextas?|sex"), start=2)),
           "s[áa]bados?|s[áa]b", "domingos?|dom"],
    "nl": ["maandag(?:en)?|ma", "dinsdag(?:en)?|di", "woensdag(?:en)?|wo", "donderdag(?:en)?|do", "vrijdag(?:en)?|vr",
           "zaterdag(?:en)?|za", "zondag(?:en)?|zo"],
    "sv": ["m[åa]ndag(?:ar)?|m[åa]n", "tisdag(?:ar)?|tis?", "onsdag(?:ar)?|ons?", "torsdag(?:ar)?|tors?",
           "fredag(?:ar)?|fre?", "l[öo]rdag(?:ar)?|l[öo]r", "s[öo]ndag(?:ar)?|s[öo]n"],
    "da": ["mandage?|man", "tirsdage?|tirs?", "onsdage?|ons", "torsdage?|tors?", "fredage?|fre", "l[øo]rdage?|l[øo]r",
           "s[øo]ndage?|s[øo]n"],
    "no": ["mandag(?:er)?|man", "tirsdag(?:er)?|tirs?", "onsdag(?:er)?|ons", "torsdag(?:er)?|tors?",
           "fredag(?:er)?|fre", "l[øo]rdag(?:er)?|l[øo]r", "s[øo]ndag(?:er)?|s[øo]n"],
    "fi": ["maanantai(?:sin)?|ma", "tiistai(?:sin)?|ti", "keskiviikko(?:isin)?|ke", "torstai(?:sin)?|to",
           "perjantai(?:sin)?|pe", "lauantai(?:sin)?|la", "sunnuntai(?:sin)?|su"],
    "pl": ["poniedzia[łl]ek|poniedzia[łl]ku|pon|pn", "wtorek|wtorku|wt", "[śs]rod[aęy]|[śs]r",
           "czwartek|czwartku|czw|cz",
           "pi[ąa]tek|pi[ąa]tku|pt", "sobot[aęy]|sob|sb", "niedziel[aęi]|niedz|ndz|nd"],
    "cs": ["pond[ěe]l[íi]|po", "[úu]ter[ýy]|[úu]t", "st[řr]eda|st", "[čc]tvrtek|[čc]t", "p[áa]tek|p[áa]", "sobota|so",
           "ned[ěe]le|ne"],
    "tr": ["pazartesi|pzt", "sal[ıi]", "[çc]ar[şs]amba|[çc]ar", "per[şs]embe|per", "cuma", "cumartesi|cmt", "pazar"],
    "id": ["senin", "selasa", "rabu", "kamis", "jum['’]?at", "sabtu", "minggu|ahad"],
    "hu": ["h[ée]tf[őo]n?|(?-i:H)", "kedde?n?|(?-i:K)", "szerd[aá]n?|sze", "cs[üu]t[öo]rt[öo]k[öo]?n?|cs[üu]t|(?-i:Cs)",
           "p[ée]nteke?n?|(?-i:P)", "szombato?n?|szo", "vas[áa]rnap|(?-i:V)"],
    # Croatian, Serbian in both scripts, and Slovene.
    "hr": ["pon(?:e[dt]je?lj(?:ak|kom)|edelj(?:ak|kom)|edeljek)?|пон(?:едељ(?:ак|ком))?",
           "uto?(?:r(?:ak|kom))?|tor(?:ek)?|уто?(?:р(?:ак|ком))?",
           "sri(?:jed(?:a|om|u))?|sre(?:d(?:a|om|u|o))?|сре(?:д(?:а|ом|у))?",
           "[čc]et(?:vrt(?:ak|kom)|rtek)?|чет(?:врт(?:ак|ком))?", "pet(?:ak|kom|ek)?|пет(?:ак|ком)?",
           "sub(?:ot(?:a|om|u))?|sob(?:ota|oto)?|суб(?:от(?:а|ом|у))?",
           "ned(?:je?lj(?:a|om|u)|elj(?:a|om|u|o))?|нед(?:ељ(?:а|ом|у))?"],
    "ro": ["luni|lun?", "mar[țţt]i|mar?", "miercuri|mie?", "joi|jo", "vineri|vin?", "s[âa]mb[ăa]t[ăa]|s[âa]m|sb",
           "duminic[ăa]|dum?"],
    "bg": ["понеделник|пон|пн", "вторник|вт", "сряда|ср", "четвъртък|чет|чт", "петък|пет|пт", "събота|съб|сб",
           "неделя|нед|нд"],
    "uk": ["понеділ(?:ок|ка)|пн", "вівтор(?:ок|ка)|вт", "серед[аиу]|ср", "четвер(?:га)?|чт", "п['’]ятниц[яію]|пт",
           "субот[аиу]|сб", "неділ[яію]|нд"],
    "el": ["δευτ[έε]ρα|δευ?", "τρ[ίι]τη|τρι?", "τετ[άα]ρτη|τετ", "π[έε]μπτη|πεμ?", "παρασκευ[ήη]|παρ?",
           "σ[άα]ββατο|σ[άα]β", "κυριακ[ήη]|κυρ?"],
    "vi": [*(rf"thứ (?:{name}|{number})|t{number}" for number, name in enumerate(
               ("hai", "ba", "tư", "năm", "sáu", "bảy"), start=2)), "chủ nhật|cn"],
    "th": [r"(?:วัน)?จันทร์|จ\.", r"(?:วัน)?อังคาร|อ\.", r"(?:วัน)?พุธ|พ\.", r"(?:วัน)?พฤหัส(?:บดี)?|พฤ\.",
           r"(?:วัน)?ศุกร์|ศ\.", r"(?:วัน)?เสาร์|ส\.", r"(?:วัน)?อาทิตย์|อา\."],
    "zh": [rf"(?:周|週|星期|礼拜|禮拜){day}" for day in ("一", "二", "三", "四", "五", "六", "[日天]")],
    "ja": [rf"{day}曜日?|(?<!\w){day}(?=\s?[-,:(祝]|\s|$)" for day in "月火水木金土日"],
    "ko": [rf"{day}요일|{day}" for day in "월화수목금토일"],
}  # fmt: skip
# Other words. "from" is passed over, "until" stands between two times or days.
WORDS = {
    "de": {"until": "bis", "and": "und|sowie", "daily": "täglich|jeden tag", "closed": "geschlossen|ruhetag|zu",
           "except": "außer|ausser", "holidays": "(?:und )?feiertags?e?n?", "from": "von|ab|uhr|geöffnet|jeweils",
           "weekdays": "werktags?|wochentags?", "weekends": "(?:am )?wochenende"},
    "fr": {"until": "jusqu['’]à", "to": "au|à", "and": "et|puis", "daily": "tous les jours|7j/7|7j7",
           "closed": "fermée?s?",
           "except": "sauf|excepté", "holidays": "(?:et )?(?:les )?jours fériés", "from": "du|de|le|les|dès|ouverte?s?",
           "weekends": "(?:le )?week-ends?"},
    "es": {"until": "hasta", "to": "a", "and": "y|e", "daily": "todos los días|diariamente|cada día",
           "closed": "cerrado|cierra",
           "except": "excepto|salvo", "holidays": "(?:y )?festivos", "from": "de|los|desde|abierto|abre|horas",
           "weekends": "fines? de semana"},
    "it": {"until": "fino alle|fino a", "to": "alle|al|alla|a", "and": "e", "daily": "tutti i giorni|ogni giorno",
           "closed": "chius[oa]|riposo", "except": "tranne|eccetto|escluso", "holidays": "(?:e )?festivi",
           "from": "dal|dalle|dalla|da|il|la|ore|apert[oa]", "weekends": "(?:nel )?(?:weekend|fine settimana)"},
    "pt": {"until": "até", "to": "às|ás|à|a", "and": "e", "daily": "todos os dias|diariamente",
           "closed": "fechad[oa]|encerrad[oa]",
           "except": "exceto|excepto", "holidays": "(?:e )?feriados",
           "from": "de|das|da|do|ao|aos|os|as|abert[oa]|aberto",
           "weekdays": "dias úteis", "weekends": "(?:ao )?(?:fim|fins) de semana"},
    "nl": {"until": "tot(?: en met)?|t/m", "and": "en", "daily": "dagelijks|elke dag|alle dagen|7 dagen op 7",
           "closed": "gesloten", "except": "behalve|uitgezonderd", "holidays": "(?:en )?(?:op )?feestdagen",
           "from": "van|vanaf|om|open|geopend|uur|u", "weekdays": "werkdagen|weekdagen",
           "weekends": "(?:in het )?weekend"},
    "sv": {"until": "till", "and": "och|samt", "daily": "alla dagar|varje dag|dagligen", "closed": "stängt",
           "except": "utom", "holidays": "(?:och )?helgdagar", "from": "kl|från|öppet|öppettider",
           "weekdays": "vardagar",
           "weekends": "helg(?:er)?"},
    "da": {"until": "til", "and": "og|samt", "daily": "alle dage|hver dag|dagligt", "closed": "lukket",
           "except": "undtagen",
           "holidays": "(?:og )?helligdage", "from": "kl|fra|åben|åbent", "weekdays": "hverdage",
           "weekends": "weekend(?:er)?"},
    "no": {"until": "til", "and": "og|samt", "daily": "alle dager|hver dag|daglig", "closed": "stengt",
           "except": "unntatt",
           "holidays": "(?:og )?helligdager", "from": "kl|fra|åpent", "weekdays": "hverdager",
           "weekends": "helg(?:er)?"},
    "fi": {"until": "asti", "and": "ja|sekä", "daily": "joka päivä|päivittäin", "closed": "suljettu",
           "except": "paitsi",
           "holidays": "(?:ja )?pyhäpäivinä", "from": "klo|avoinna|auki", "weekdays": "arkisin",
           "weekends": "viikonloppuisin"},
    "pl": {"until": "do", "and": "i|oraz", "daily": "codziennie", "closed": "nieczynne|zamknięte", "except": "oprócz",
           "holidays": "(?:i )?święta", "from": r"od|w|godz\.?|godzinach|otwarte|czynne", "weekdays": "dni robocze",
           "weekends": "weekendy?"},
    "cs": {"until": "do|až", "and": "a", "daily": "denně|každý den", "closed": "zavřeno", "except": "kromě",
           "holidays": "(?:a )?svátky", "from": "od|otevřeno|hod", "weekdays": "pracovní dny", "weekends": "víkendy?"},
    "tr": {"until": "ile|kadar", "and": "ve", "daily": "her gün", "closed": "kapalı", "except": "hariç",
           "holidays": "resmi tatil", "from": "saat|açık", "weekdays": "hafta içi", "weekends": "hafta sonu"},
    "id": {"until": "sampai|hingga|s/d", "and": "dan", "daily": "setiap hari", "closed": "tutup|libur",
           "except": "kecuali",
           "holidays": "hari libur", "from": "pukul|jam|buka", "weekends": "akhir pekan"},
    # "From Monday on" is refused with what it is beside, as is "every first Monday".
    "hu": {"and": "és|valamint", "daily": "minden nap|naponta|mindennap", "closed": "zárva|szünnap",
           "except": r"kivéve|\w+(?:t[őo]l|ig)(?<!óráig)|minden (?:első|második|harmadik|utolsó)",
           "holidays": "(?:és )?ünnepnap(?:okon)?", "from": "óra|óráig|nyitva|nyitvatartás",
           "weekdays": "hétköznap(?:okon)?|munkanap(?:okon)?", "weekends": "hétvég[ée]n?"},
    "hr": {"until": "do|до", "and": "i|te|и",
           "daily": "svaki dan|svakog dana|svakodnevno|vsak dan|сваки дан|свакодневно",
           "closed": "zatvoren[oa]?|zaprto|ne radi(?:mo)?|neradna?|затворен[оа]?|не ради(?:мо)?",
           "except": r"osim|osem|razen|осим|(?:svaki|svake|svakog) (?:prv|drug|treć|zadnj)\w+",
           "holidays": r"(?:i )?(?:praznic\w+|blagdan\w*|prazniki?h?|празни\w+)",
           "from": "od|radno vrijeme|radno vreme|otvoreno|odprto|radimo|sati|h|ur[aeo]?|"
                   "од|радно време|отворено|часова|ч",
           "weekdays": r"radnim danom|radnim danima|radni dani?|delovnik\w*|радним данима|радним даном|радни дани?",
           "weekends": "vikend(?:om|ima)?|викенд(?:ом)?"},
    "ro": {"until": "p[âa]n[ăa] la", "and": "[șşs]i", "daily": "zilnic|[îi]n fiecare zi|toate zilele",
           "closed": "[îi]nchis",
           "except": "cu excep[țţt]ia|except[âa]nd|except", "weekends": "[îi]n weekend|weekend",
           "holidays": "(?:[șşs]i )?s[ăa]rb[ăa]tori(?:le)?(?: legale)?",
           "from": "de la|între|orele|ora|deschis|program(?:ul)?"},
    "bg": {"until": "до", "and": "и", "daily": "всеки ден|ежедневно", "closed": "затворено|почивен ден|почива",
           "except": "освен|без", "holidays": r"празни\w+(?: дни)?", "from": "от|отворено|часа?|ч|работно време",
           "weekdays": r"делнич\w+(?: дни)?|работни дни", "weekends": "уикенда?"},
    "uk": {"until": "до", "and": "і|й|та", "daily": "щодня|щоденно|без вихідних|кожного дня",
           "closed": "зачинено|вихідний|вихідні|закрито", "except": "крім|окрім",
           "holidays": r"святков\w+(?: дні)?|свят\w*",
           "from": "з|із|від|відчинено|працюємо|графік роботи|години роботи|год(?:ин[аи]?)?",
           "weekdays": "будні(?: дні)?|по буднях|робочі дні"},
    "el": {"until": "έως|ως|μέχρι", "and": "και", "daily": "καθημεριν[άα]|κάθε μέρα|κάθε ημέρα",
           "closed": "κλειστ[άόήα]|αργεί", "except": "εκτός(?: από)?", "holidays": "(?:και )?αργίες",
           "from": "από|ανοιχτ[άόή]|ωράριο|ώρες|ώρα", "weekdays": "καθημερινές|εργάσιμες",
           "weekends": "σαββατοκύριακ[οα]"},
    "vi": {"until": "đến|tới", "and": "và", "daily": "hàng ngày|hằng ngày|mỗi ngày|mọi ngày|tất cả các ngày|cả tuần",
           "closed": "đóng cửa|nghỉ", "except": "trừ", "holidays": "(?:và )?(?:ngày lễ|lễ tết)",
           "from": "từ|mở cửa|giờ mở cửa|lúc|giờ", "weekends": "cuối tuần"},
    "th": {"until": "ถึง", "and": "และ", "daily": "ทุกวัน", "closed": "ปิด|หยุด", "except": "ยกเว้น|เว้น",
           "holidays": "วันหยุดนักขัตฤกษ์|วันนักขัตฤกษ์", "weekdays": "วันธรรมดา",
           "from": r"เปิด|เวลา(?:ทำการ)?|น\.|ตั้งแต่|บริการ"},
    "zh": {"until": "至|到", "and": "和|及", "daily": "每天|每日|全年无休|全年無休",
           "closed": "休息|闭馆|閉館|休馆|休館|公休|关门|闭园",
           "except": "除外|除|第[一二三四]", "holidays": "(?:法定)?(?:节假日|節假日|假日|国定假日)",
           "from": "营业时间|營業時間|开放时间|開放時間|开馆时间|营业|开放",
           "weekdays": "工作日|平日", "weekends": "周末|週末",
           "last": "停止|最后|最後|截止|售票"},
    "ja": {"daily": "毎日|年中無休|無休", "closed": "定休日?|休館日?|休業日?|休診日?|休園日?|休み",
           "except": r"除く|第\s?\d|昼休み|中休み|休憩|隔週", "holidays": "祝祭日|祝日?",
           "from": "営業時間|開館時間|診療時間|営業",
           "weekdays": "平日", "weekends": "土日|週末", "last": r"最終|ラスト|L\.?O\.?|受付"},
    "ko": {"daily": "매일|연중무휴", "closed": "휴무일?|휴관일?|휴진|정기휴무|휴점", "holidays": "공휴일|법정공휴일",
           "except": r"제외|첫째|둘째|셋째|넷째|마지막|격주|점심시간?|브레이크\s?타임|휴게시간",
           "from": "영업시간|운영시간|매주",
           "weekdays": "평일", "weekends": "주말", "last": "라스트\\s?오더|마감|입장마감|접수마감"},
}  # fmt: skip
KINDS = {
    "until": "until", "to": "dash", "and": "and", "daily": "every", "closed": "closed", "except": "except",
           "holidays": "holiday",
    "from": "word", "weekdays": "week", "weekends": "week", "last": "word",
}  # fmt: skip
# "7h", "18h30", "9 Uhr", "9.30 Uhr": times that need no am or pm.
TIME = (
    r"(?<![\w.,:£$€+#])(?:(?P<hour>\d{1,2})\s?(?:h|[.:](?=\d\d\s?(?:uhr|h)\b))\s?(?P<minute>\d{2})?(?:\s?(?:uhr|h))?|"
    r"(?P<bare>\d{1,2})\s?(?:uhr|heures|horas)|(?P<dotted>\d{1,2}:\d{2})\s?(?:uhr|h)?)(?![\w%£$€]|\s?[ap]\.?\s?m\b)"
)
# "10時30分", "오후 6시": between other letters too.
UNSPACED_TIME = (
    r"(?<![\d:/])(?<!\d\.)(?:(?P<half>午前|午後|오전|오후|上午|下午|晚上)\s?)?"
    r"(?:(?P<hour>\d{1,2})[時시时点點](?:\s?(?P<minute>\d{2})[分분])?|"
    r"(?P<dotted>\d{1,2}:\d{2}))(?![\d:/])(?P<bare>)?"
)
UNSPACED = frozenset(["ja", "ko", "th", "zh"])
# The signs of full width, each as its sign of one byte: offsets stay.
NARROW = str.maketrans("０１２３４５６７８９：（）～〜~∼、・·。／", "0123456789:()----,,,|/")


@lru_cache
def pattern_of(language: str) -> re.Pattern[str]:
    """The words of the language and its times. A group's name is the English word, or the day."""
    edge, end = ("", "") if language in ("ja", "th", "zh") else (r"\b", r"(?!\w)")
    days = [rf"(?P<{name}>{edge}(?:{words}){end}\.?)" for name, words in zip(ENGLISH_DAYS, DAYS[language], strict=True)]
    others = [rf"(?P<{name}>{edge}(?:{words}){end})" for name, words in WORDS[language].items()]
    return re.compile("|".join([*others, *days, UNSPACED_TIME if language in UNSPACED else TIME]), re.IGNORECASE)


def time_in_english(match: re.Match[str]) -> str | None:
    """ "18h30" as 18:30, "午後6時" too. None if the match is no time."""
    hour, minute = match["hour"] or match["bare"], match["minute"] or "00"
    if match["dotted"]:
        hour, _, minute = match["dotted"].partition(":")
    if not hour:
        return None
    half = match.groupdict().get("half") or ""
    later = 12 if half in ("午後", "오후", "下午", "晚上") and int(hour) < 12 else 0
    return f"{int(hour) + later}:{minute}"
