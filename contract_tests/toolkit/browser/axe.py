"""The accessibility checker axe-core."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contract_tests.toolkit.browser.page import Page

SERIOUS = {"serious", "critical"}
_RUN = """\
const [within, done] = arguments;
axe.run(within).then((result) => done(result.violations), (error) => done(String(error)));
"""


def violations(page: Page, within: str = "html") -> list[str]:
    """Return serious violations; skip the test if axe-core has not been downloaded."""
    script = os.environ.get("SEQRKIT_AXE")
    if not script:
        pytest.skip("without npm there is no axe-core; `nox -s browser` fetches it")
    page.script(Path(script).read_text(encoding="utf-8"))
    found = page.driver.execute_async_script(_RUN, within)
    assert not isinstance(found, str), found
    return [
        f"{each['id']}: {each['help']}: {[node['html'] for node in each['nodes']]}"
        for each in found
        if each["impact"] in SERIOUS
    ]
