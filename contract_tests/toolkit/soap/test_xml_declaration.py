"""XML declarations: agreement with libxml2, and what is wrong with a malformed one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from contract_tests.toolkit.messages import NEWEST, build, in_envelope
from seqrkit.soap.xml_declaration import malformed

PARTS = [
    *("<", "?", "xml", " ", "\n", "?>", ">", "version", "encoding", "standalone", "="),
    *('"1.0"', "'1.0'", '"1.1"', '"2"', '"utf-8"', "'UTF-8'", '"yes"', '"true"', '""', "x", ";"),
]
VALUES = [
    *(' version="1.0"', " version='1.0'", ' version = "1.1"', "\nversion=1.0", ' version="2.0"'),
    *(' encoding="utf-8"', " encoding='UTF-8'", 'encoding="utf-8"', ' encoding=""', ' enc="utf-8"'),
    *(' standalone="yes"', " standalone='no'", ' standalone="true"', " ", ";"),
]
DECLARATIONS = st.one_of(
    st.lists(st.sampled_from(VALUES), max_size=4).map(lambda parts: f"<?xml{''.join(parts)}?>"),
    st.lists(st.sampled_from(PARTS), max_size=9).map(lambda parts: f"<?xml {''.join(parts)}"),
)


@given(DECLARATIONS)
def test_a_declaration_is_malformed_if_libxml2_rejects_it(declaration: str):
    text = f"{declaration}<a/>"
    try:
        etree.fromstring(text.encode())
    except etree.XMLSyntaxError:
        assert malformed(text)
    else:
        assert malformed(text) is None


MALFORMED = {
    "<? xml version='1.0'?>": "it must begin with <?xml and a blank, in lower case",
    "<?XML version='1.0'?>": "it must begin with <?xml and a blank, in lower case",
    "<xml version='1.0'?>": "it must begin with <?xml and a blank, in lower case",
    "<?xmlversion='1.0'?>": "it must begin with <?xml and a blank, in lower case",
    "<?xml version='1.0'>": "it must end with ?>",
    "<?xml version='1.0'/>": "it must end with ?>",
    "<?xml version='1.0'": "it must end with ?>",
    "<?xml version=\u201c1.0\u201d?>": "its quotes must be straight",
    "<?xml version=1.0 encoding=UTF-8?>": "its values must be in quotes",
    "<?xml encoding='utf-8'?>": "the version is missing",
    "<?xml version='1.0' charset='utf-8'?>": "it can only have version, encoding and standalone",
    "<?xml encoding='utf-8' version='1.0'?>": "the version must come first",
    "<?xml version='1.0' standalone='no' encoding='utf-8'?>": "standalone must come last",
    "<?xml version='1'?>": "the version must be 1.0",
    "<?xml version='1.0' encoding='UTF 8'?>": "the encoding is not a name",
    "<?xml version='1.0' standalone='true'?>": "standalone must be yes or no",
    "<?xml version='1.0'encoding='utf-8'?>": "white space is missing between its values",
    "<?xml version='1.0'; encoding='utf-8'?>": "it is malformed",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "cp500"])
@pytest.mark.parametrize("declaration", MALFORMED)
def test_a_message_is_judged_despite_its_declaration(declaration: str, encoding: str):
    message = in_envelope(build(NEWEST, "sendInvoice")).decode()
    text = declaration + message.replace("149.99<", "149.990<", 1)
    if not text.isascii():
        encoding = "utf-8"
    (judged,) = NEWEST.lint_file(text.encode(encoding))
    messages = [each.message for each in judged.findings]
    assert any(f"malformed: {MALFORMED[declaration]}; write <?xml" in each for each in messages)
    assert judged.findings[-1].id == "amount.value.pattern"


@given(
    st.sampled_from(sorted(NEWEST.elements)),
    st.sampled_from(["utf-32", "utf-32-le", "utf-32-be", "cp500", "cp037", "utf-7"]),
    st.booleans(),
)
def test_an_encoding_that_readers_need_not_know_is_named(name: str, encoding: str, declared: bool):  # noqa: FBT001
    declaration = '<?xml version="1.0" encoding="utf-8"?>' if declared else ""
    text = declaration + in_envelope(build(NEWEST, name)).decode()
    data = text.encode(encoding)
    if encoding == "utf-7":  # Python escapes no angle brackets, as other programs do
        data = data.replace(b"<", b"+ADw-").replace(b">", b"+AD4-")
    (judged,) = NEWEST.lint_file(data)
    (finding,) = judged.findings
    family = {"cp": "EBCDIC", "ut": encoding[:6].upper().rstrip("-")}[encoding[:2]]
    assert judged.name == name
    assert finding.message == f"the message is in {family}; write UTF-8"
