"""The page on which a person answers the proposed pairs. It needs no network, and saves the CSV with the labels."""

from __future__ import annotations

import csv
import io

from markupsafe import Markup

from orchestrate.contracts.learning.labelling import LabelProposal
from orchestrate.render.pages.page import page, script_policy, template_text

FIELDS = ("name", "address", "kinds", "phone", "website")


def label_page(proposal: LabelProposal) -> str:
    """One self-contained page. Its only script is ours; the page's policy names the script by its hash."""
    script = template_text("label.js")
    header, *rows = csv.reader(io.StringIO(proposal.csv))
    return page(
        "label.html",
        proposal=proposal,
        header=header,
        pairs=list(zip(proposal.pairs, rows, strict=True)),
        fields=FIELDS,
        script=Markup(script),  # noqa: S704 (a file of ours, without data)
        script_hash=script_policy(script),
    )
