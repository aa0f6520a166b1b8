"""Finds what in a text speaks to whoever reads it by machine. Nothing from there is believed, nor shown to the model.

A defence behind the others (outside text is marked as data; every value needs its quote): a false "official phone" in
the text has a perfect quote.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from extract.grounding import Span

READER = (
    r"(?:ai|a\.i\.|llms?|language models?|assistants?|chat ?bots?|bots?|crawlers?|scrapers?|extractors?|parsers?|"
    r"agents?|models?|machines?)"
)
ADDRESSED = [
    # "Ignore all previous instructions", in more than one wording
    r"\b(?:ignore|disregard|forget|override|bypass|skip|drop|overwrite|do not follow|don't follow|stop following)\b"
    r"(?: \w+){0,4}? (?:instructions?|rules?|prompts?|directives?|guidelines|context|constraints?|schema|task|orders|"
    r"(?:said|wrote|written|told|stated|given)\b|(?:data|text) (?:above|before))",
    r"\b(?:previous|prior|earlier|above|preceding|original|your|new|hidden|following) "
    r"(?:system )?(?:instructions?|directives?|prompts?)\b(?! (?:manual|booklet|leaflet))",
    r"\bsystem (?:prompt|message|instruction|override|note)s?\b",
    r"\b(?:note|notice|attention|message|instructions?|hint|reminder|request|important|dear|hello|hey|hi|memo|warning) "
    rf"?(?:to|for|:|,)? ?(?:all |any |the |every |our )?{READER}"
    r"(?: (?:reading|processing|parsing|indexing|extracting)| ?[:,.!]|$)",
    rf"\bif you (?:are|'re) (?:an? |the )?(?:\w+ ){{0,2}}{READER}\b",
    r"\b(?:as|you are|you're|act as|acting as|pretend to be) (?:an? |the |now )?(?:\w+ ){0,2}"
    r"(?:ai|llm|language model|chat ?bot|extractor|data assistant|helpful assistant|unrestricted \w+)\b",
    r"\byou are now\b|\bfrom now on,? (?:you|report|answer|say|use)\b",
    # what the reader shall report
    r"\b(?:when|while|if|before|after) (?:you |your )?(?:\w+ )?(?:summari[sz]\w*|extract\w*|pars\w*|index\w*|"
    r"process\w*|record\w*|report\w*|answer\w*|respond\w*|quot\w*|classif\w*|describ\w*)\b",
    r"\b(?:always |only |just |please |must |should |instead,? |simply |kindly |to )*"
    r"(?:report|record|store|output|return|extract|emit|respond|reply|answer|quote|list|save|log|set|mark|treat|"
    r"classify|label|fill|enter|register|write|say|state|claim|use|put|give|add)\b(?: \w+){0,5}? "
    r"(?:as (?:the )?(?:verified|official|correct|real|true|only|phone|contact|same|venue|value)|"
    r"fields?\b|json\b|aboutness|"
    r"null\b|verbatim|true\b|false\b|findings?\b|entit(?:y|ies)\b|that (?:the|this|wifi|parking|it|there)|"
    r"instead\b|(?:phone|telephone|email|contact|postcode|address|wifi|parking|summary|website)(?: \w+){0,2}? "
    r"(?:as|to|is|=|:) )",
    r"\b(?:aboutness|discovered_attributes|entity_name|parking_available|disabled_access|street_address|website_url|"
    r"opening_hours|canonical_activities)\b",
    r"\b(?:the |its |our |this venue's |new )*(?:only |new )?(?:official|correct|corrected|verified|updated|true|real|"
    r"actual|right|authoritative|canonical)"
    r"(?:,? (?:and )?(?:only|official|verified|current|correct|updated))* "
    r"(?:phone|telephone|tel|contact|number|email|e-mail|postcode|address|website|value|data|details?|record)\b"
    r"(?: \w+){0,8}? ?(?:is|are|:|=|\(|becomes|should be|must be)",
    r"\b(?:update|correction|erratum|corrigendum|data fix|amendment|override)\b ?(?:notice|\([^)]*\))? ?[:\-]",
    r"\bverified by (?:google|the owner|openai|admin\w*|moderators?|us)\b|\bour (?:phone )?number has changed\b",
    # what would end the data, or begin an answer
    r"<!--|-->|</?(?:data|system|user|assistant|instructions?|prompt|document|context|text|result|search_result|input|"
    r"tool|function|script|style|span|div|p|b|i|font|template|noscript|textarea)\b[^>]*>?|<\|[^|>]*\|>|"
    r"\[/?(?:inst|sys\w*|end|begin)\b[^\]]*\]|<<[^>]*>>|\[//\]:|\[comment\]|<[a-z_]*(?:call|tool|function)\w*",
    r"\b(?:begin|end|start) (?:of )?(?:data|input|text|context|document|result|system|prompt)\b|"
    r"[-=*#~]{3,} ?(?:end|begin|new|system)",
    r"```|'''|\"\"\"|#{2,} ?\w+ ?:?|(?:^|[\s.!?\"'(\[])(?:system|assistant|human|user|developer|tool|function) ?: ",
    r"\{ ?[\"']?(?:\w+)[\"']? ?:|[\"'](?:field|quote|value|findings|records|entities|aboutness|name|arguments|role|"
    r"content|phone|id)[\"'] ?:|\"?\]\}|\\n|\\u[0-9a-f]{4}",
    r"\b(?:ignorez|ignoriere|ignora|ignoriert|vergiss|oubliez|olvida|negeer)\b",
    r"\b(?:jailbreak|developer mode|dan mode|prompt injection|do anything now)\b",
]
PATTERN = re.compile("|".join(f"(?:{pattern})" for pattern in ADDRESSED), re.IGNORECASE)
LOOKALIKES = str.maketrans(
    "аеорсухіѕјԁһӏԛԝвкмнтгпАЕОРСУХІЅЈВКМНТоεοαιρτυνκχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxisjdhlqwbkmhtrnAEOPCYXISJBKMHToeoaiptuvkxABEZHIKMNOPTYX",
)
FLAG = re.compile("\U0001f3f4[\U000e0061-\U000e007a]{2,6}\U000e007f")  # of Scotland, say
TAG = re.compile("[\U000e0000-\U000e007f]")
TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")  # embeddings and overrides of direction
HIDDEN_INSIDE = re.compile(r"(?<=\w)[\u200b-\u200d\u2060\ufeff\u00ad]+(?=\w)")


@lru_cache(maxsize=256)
def suspicious_from(text: str) -> int | None:
    """Where the first words stand that speak to a machine: from there to the end nothing is believed. None: nowhere."""
    plain, origins = _as_read(text)
    starts = [origins[match.start()] for match in [PATTERN.search(plain)] if match]
    for kind in (TAG, TURNED):
        starts += [match.start() for match in kind.finditer(FLAG.sub(lambda flag: " " * len(flag[0]), text))][:1]
    if len(hidden := HIDDEN_INSIDE.findall(text)) > 5:  # more than a page breaks its words by
        starts.append(text.index(hidden[0]))
    return min(starts) if starts else None


def is_suspicious(span: Span, text: str) -> bool:
    """Whether the span reaches into what speaks to a machine."""
    start = suspicious_from(text)
    return start is not None and span.end > start


def without_suspicious(text: str) -> str:
    """The text with blanks, as many characters, in place of what is not believed: offsets stay."""
    start = suspicious_from(text)
    return text if start is None else text[:start] + " " * (len(text) - start)


def _as_read(text: str) -> tuple[str, list[int]]:
    """The text as a person sees it: invisible characters gone, look-alikes as what they look like."""
    characters: list[str] = []
    origins: list[int] = []
    for position, character in enumerate(text):
        if unicodedata.category(character) == "Cf":
            continue
        for plain in unicodedata.normalize("NFKC", character).translate(LOOKALIKES).replace("’", "'"):
            characters.append(plain)
            origins.append(position)
    return "".join(characters), origins
