"""Which search results are read as pages: those about the place, at most as many as the plan has."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from extract.text.lexicon import Lexicon
from extract.web.urls import host_of

# Kinds of site, as in the seed `web_domains`, that may write about one place. The own site of a place has no kind.
READ = (None, "booking")


def links_about_the_place(
    connection: duckdb.DuckDBPyConnection, run_id: str, sources: Collection[str], lexicon: Lexicon, most: int
) -> list[str]:
    """The links in the order to read them: own sites first, then as the search ranked them."""
    ranked = [
        row
        for source in sorted(sources)
        for row in connection.execute(
            f"""
            select extractions.url, landed.result_rank
            from extract.uses
            inner join extract.extractions on uses.extraction_id = extractions.extraction_id
            inner join raw.{source} as landed
                on extractions.source_name = ? and extractions.source_record_id = landed.source_record_id
                and uses.run_id = landed.run_id
            where uses.run_id = ? and extractions.aboutness = 'same' and extractions.url like 'http%'
            """,  # noqa: S608 (a source of the seed)
            [source, run_id],
        ).fetchall()
    ]
    kinds = {url: lexicon.domain_kind(host_of(url)) for url, _ in ranked}
    chosen = [(READ.index(kinds[url]), rank, url.partition("#")[0]) for url, rank in ranked if kinds[url] in READ]
    return list(dict.fromkeys(url for *_, url in sorted(chosen)))[:most]
