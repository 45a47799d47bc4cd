"""A small HTTP/1.1 client that knows exactly whether a request was sent.

In: a request for one origin. Out: a `Response`, or an `HttpFailure` whose class says whether the
server can have seen the request. Imports nothing else of seqrkit but clock and errors;
the client, the notifications and the control client are built on it.

seqrkit moves money, so this knowledge decides whether a payment may be repeated. urllib3,
http.client and httpcore do not give it through public interfaces: they hide write errors, or do
not tell whether a first byte had left. Here sockets and TLS are used directly, and h11 (sans-IO,
pure Python) implements the protocol: framing, keep-alive, 1xx responses.
"""

from seqrkit.http_client.client import HttpClient as HttpClient
from seqrkit.http_client.client import Proxy as Proxy
from seqrkit.http_client.client import resolve as resolve
from seqrkit.http_client.connection import Response as Response
from seqrkit.http_client.failures import AnswerTimeout as AnswerTimeout
from seqrkit.http_client.failures import ConnectionBroken as ConnectionBroken
from seqrkit.http_client.failures import HttpFailure as HttpFailure
from seqrkit.http_client.failures import NotHttp as NotHttp
from seqrkit.http_client.failures import NotSent as NotSent
from seqrkit.http_client.failures import TlsFailed as TlsFailed
from seqrkit.http_client.failures import Unanswered as Unanswered
from seqrkit.http_client.origin import PORTS as PORTS
from seqrkit.http_client.origin import Origin as Origin
from seqrkit.http_client.origin import basic_authorization as basic_authorization
from seqrkit.http_client.origin import request_target as request_target
from seqrkit.http_client.origin import without_credentials as without_credentials
from seqrkit.http_client.settings import check_seconds as check_seconds
from seqrkit.http_client.settings import client_of as client_of
from seqrkit.http_client.settings import is_loopback as is_loopback
from seqrkit.http_client.settings import tls_of as tls_of
