"""The multipart text of a `$batch`, out and in."""

from __future__ import annotations

import pytest

from shared.dataverse.batch import Get, MalformedBatch, decode, encode

ANSWER = (
    "--batchresponse_1\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    'HTTP/1.1 200 OK\r\nContent-Type: application/json; odata.metadata=minimal\r\nETag: W/"1"\r\n\r\n{"value": []}\r\n'
    "--batchresponse_1\r\nContent-Type: application/http\r\n\r\n"
    'HTTP/1.1 404 Not Found\r\nREQ_ID: 7\r\n\r\n{"error": {"code": "0x80040217", "message": "--batchresponse_1 x"}}\r\n'
    "--batchresponse_1\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n\r\n"
    "--batchresponse_1--\r\n"
)


def test_encode_uses_crlf_and_host_relative_urls() -> None:
    """Web API docs, "Execute batch operations": CRLF everywhere, the last line included."""
    content_type, body = encode([Get("WhoAmI", dict), Get("contacts?$top=2", dict, {"Prefer": "x"})], "/api/data/v9.2/")
    text = body.decode()
    assert text.replace("\r\n", "").count("\n") == 0
    assert text.endswith("--\r\n")
    assert "GET /api/data/v9.2/contacts?$top=2 HTTP/1.1\r\nAccept: application/json\r\nPrefer: x\r\n\r\n" in text
    boundary = content_type.split('"')[1]
    assert text.count(f"--{boundary}") == 3


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_decode(newline: str, quote: str) -> None:
    """Parts come back in order with status, headers and body, whichever line ends and quotes the server uses."""
    parts = decode(f"multipart/mixed; boundary={quote}batchresponse_1{quote}", ANSWER.replace("\r\n", newline).encode())
    assert [part.status for part in parts] == [200, 404, 204]
    assert parts[0].body == {"value": []}
    assert parts[0].headers["etag"] == 'W/"1"'
    assert parts[1].body["error"]["code"] == "0x80040217"
    assert parts[2].body == {}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/mixed", ANSWER),
        ("multipart/mixed; boundary=other", ANSWER),
        ("multipart/mixed; boundary=b", "--b\r\nno response\r\n--b--"),
        ("multipart/mixed; boundary=b", "--b\r\n\r\nHTTP/1.1 nothing\r\n\r\n\r\n--b--"),
        ("multipart/mixed; boundary=b", "--b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{cut off\r\n--b--"),
        ("multipart/mixed; boundary=b", "--b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n[]\r\n--b--"),
        ("multipart/mixed; boundary=b", "--b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + "[" * 99_999 + "\r\n--b--"),
    ],
)
def test_a_malformed_answer_is_told(content_type: str, body: str) -> None:
    """An answer that is cut off or no batch at all never passes for an empty one."""
    with pytest.raises(MalformedBatch):
        decode(content_type, body.encode())
