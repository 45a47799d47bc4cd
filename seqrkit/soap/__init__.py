"""SOAP messages: bytes to elements and back, independent of any operation.

Takes bytes from the wire, decides their encoding and finds the envelope in them; returns elements,
faults and outcomes. Imports only the vocabulary and the errors.
"""

from seqrkit.soap.character_encoding import charset_of as charset_of
from seqrkit.soap.elements import local as local
from seqrkit.soap.elements import namespace as namespace
from seqrkit.soap.elements import text_of as text_of
from seqrkit.soap.envelope import BODY as BODY
from seqrkit.soap.envelope import CONTENT_TYPE as CONTENT_TYPE
from seqrkit.soap.envelope import ENVELOPE as ENVELOPE
from seqrkit.soap.envelope import ENVELOPE_NAMESPACE as ENVELOPE_NAMESPACE
from seqrkit.soap.envelope import HEADERS as HEADERS
from seqrkit.soap.envelope import SOAP12_NAMESPACE as SOAP12_NAMESPACE
from seqrkit.soap.envelope import envelope as envelope
from seqrkit.soap.envelope import indent as indent
from seqrkit.soap.envelope import must_understand as must_understand
from seqrkit.soap.envelope import payload_of as payload_of
from seqrkit.soap.envelope import read_envelope as read_envelope
from seqrkit.soap.fault import FAULT_CODES as FAULT_CODES
from seqrkit.soap.fault import Fault as Fault
from seqrkit.soap.fault import carried as carried
from seqrkit.soap.fault import fault as fault
from seqrkit.soap.fault import is_fault as is_fault
from seqrkit.soap.fault import read_fault as read_fault
from seqrkit.soap.masking import MASK as MASK
from seqrkit.soap.masking import mask_personal_data as mask_personal_data
from seqrkit.soap.masking import personal_values as personal_values
from seqrkit.soap.masking import unmask as unmask
from seqrkit.soap.parser import MAX_BYTES as MAX_BYTES
from seqrkit.soap.parser import Document as Document
from seqrkit.soap.parser import parse as parse
from seqrkit.soap.parser import read_document as read_document
from seqrkit.soap.reply_outcome import Outcome as Outcome
from seqrkit.soap.reply_outcome import outcome_of as outcome_of
from seqrkit.soap.reply_outcome import read_payload as read_payload
from seqrkit.soap.reply_outcome import read_reply as read_reply
from seqrkit.soap.secrets import NO_SECRETS as NO_SECRETS
from seqrkit.soap.secrets import Secrets as Secrets
from seqrkit.soap.secrets import mask as mask
