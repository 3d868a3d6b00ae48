"""The multipart text of a `$batch`, out and in."""

from __future__ import annotations

import pytest

from shared.dataverse.batch import Get, MalformedBatch, Part, decode, encode

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
        ("multipart/mixed; boundary=b", "--b\r\n--b--"),
        ("multipart/mixed; boundary=b", "--b\r\n\r\n\r\n\r\n\r\n--b--"),
        ("multipart/mixed; boundary=b", "--b\r\nContent-ID: 1\r\n\r\n \r\n\r\n{}\r\n--b--"),
        ("multipart/mixed; boundary=b", "--b\r\nContent-ID: 2\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}\r\n--b--"),
        (
            "multipart/mixed; boundary=b",
            "--b\r\nContent-ID: 1\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}\r\n--b\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}\r\n--b--",
        ),
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


def test_the_text_that_is_sent() -> None:
    """Web API docs, "Execute batch operations": the headers of a part, a blank line, its request, a blank line."""
    content_type, body = encode([Get("WhoAmI", dict), Get("contacts", dict, {"Prefer": "x", "A": "b"})], "/api/")
    boundary = content_type.split('"')[1]
    head = "Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {}\r\n\r\n"
    assert content_type == f'multipart/mixed; boundary="{boundary}"'
    assert body.decode("ascii") == (
        f"--{boundary}\r\n{head.format(1)}GET /api/WhoAmI HTTP/1.1\r\nAccept: application/json\r\n\r\n\r\n"
        f"--{boundary}\r\n{head.format(2)}GET /api/contacts HTTP/1.1\r\nAccept: application/json\r\n"
        f"Prefer: x\r\nA: b\r\n\r\n\r\n--{boundary}--\r\n"
    )


def test_no_two_batches_have_one_boundary() -> None:
    """A boundary that could be known before could be put into a value."""
    assert encode([Get("WhoAmI", dict)], "/api/")[0] != encode([Get("WhoAmI", dict)], "/api/")[0]


def one_part(text: str) -> Part:
    """The only part of an answer."""
    (part,) = decode("multipart/mixed; boundary=b", f"--b\r\n\r\n{text}\r\n--b--".encode())
    return part


def test_a_part_that_ends_after_its_headers() -> None:
    """A 204 may end without the blank line that would come before its body."""
    assert one_part("HTTP/1.1 204 No Content\r\nOData-Version: 4.0").body == {}


def test_a_body_may_hold_blank_lines() -> None:
    """Only the first two blank lines of a part divide it."""
    assert one_part('HTTP/1.1 200 OK\r\n\r\n{\r\n\r\n"value":\r\n\r\n[]}').body == {"value": []}


def test_a_header_may_hold_colons() -> None:
    """The name of a header ends at its first colon."""
    part = one_part("HTTP/1.1 204 No Content\r\nOData-EntityId: https://org.example/api")
    assert part.headers == {"odata-entityid": "https://org.example/api"}


@pytest.mark.parametrize("status", [300, 403, 503])
def test_a_page_in_the_place_of_an_error_is_no_body(status: int) -> None:
    """The status of an error says enough; a proxy may have written its page."""
    assert one_part(f"HTTP/1.1 {status} x\r\n\r\n<html>").body == {}


def test_a_page_in_the_place_of_an_answer_is_malformed() -> None:
    """No page passes for an answer without rows."""
    with pytest.raises(MalformedBatch):
        one_part("HTTP/1.1 299 x\r\n\r\n<html>")


def of_ids(*ids: str) -> str:
    """An answer whose parts bear these Content-IDs, and say so in their bodies."""
    parts = (f'--b\r\nContent-ID: {id}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{{"id": "{id}"}}\r\n' for id in ids)
    return "".join(parts) + "--b--"


def test_content_ids_decide_the_order() -> None:
    """Parts that bear the Content-IDs of their requests are put into the order of these."""
    parts = decode("multipart/mixed; boundary=b", of_ids("2", "3", "1").encode())
    assert [part.body["id"] for part in parts] == ["1", "2", "3"]


@pytest.mark.parametrize("ids", [("1", "1"), ("1", "3"), ("0", "1"), ("1", "x"), ("1", "")])
def test_parts_of_other_requests_are_malformed(ids: tuple[str, ...]) -> None:
    """Nobody is linked by an answer to another question."""
    with pytest.raises(MalformedBatch):
        decode("multipart/mixed; boundary=b", of_ids(*ids).encode())


def test_parts_go_by_their_content_ids() -> None:
    """Where the parts bear the ids of their requests, these say which is whose; else their order does."""
    text = "".join(
        f'--b\r\nContent-Type: application/http\r\nContent-ID: {id}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{{"of": {id}}}\r\n'
        for id in (3, 1, 2)
    )
    parts = decode("multipart/mixed; boundary=b", f"{text}--b--\r\n".encode())
    assert [part.body["of"] for part in parts] == [1, 2, 3]
    _, body = encode([Get("WhoAmI", dict), Get("contacts", dict)], "/api/data/v9.2/")
    assert [line for line in body.decode().split("\r\n") if line.startswith("Content-ID")] == [
        "Content-ID: 1",
        "Content-ID: 2",
    ]
