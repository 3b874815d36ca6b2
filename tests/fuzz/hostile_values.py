"""What no well-made client sends: values, headers and bodies, each with a known way to break a server."""

from random import Random
from urllib.parse import quote, quote_from_bytes

from tests.fuzz.planted import HOSTILE

# As they stand in an address or a form, encoded already.
VALUES = (
    tuple(
        quote(value, safe="")
        for value in (
            "",
            " ",
            "-1",
            "0",
            "1",
            "2",
            "9" * 19,
            "9" * 40,
            "9" * 5000,
            "1e999",
            "nan",
            "-inf",
            "٣",
            "²",
            "1_0",
            "0x10",
            "1.5",
            "true",
            "null",
            "x\x00y",
            "\x00",
            "\n",
            "a\r\nSet-Cookie: a=b",
            "%s{0}%(x)s",
            "../../etc/passwd",
            "axis:detail",
            "axis:",
            "2026-11-30",
            "2026-02-30",
            "9999-12-31T23:59:59-23:59",
            "0001-01-01",
            "' OR 1=1 --",
            "(a+)+$",
            "[[[[",
            "*",
            "elo,elo,-elo",
            "__class__",
            "password",
            "a" * 9000,
            "\u202e\u0000\ufffe",
            "ｅｌｏ",
            "İ",
            "e\u0301",
            "👩‍👩‍👧" * 40,
            "//evil.example/",
            "https:evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            HOSTILE,
            "{" * 400,
            "all",
            "00000000-0000-0000-0000-000000000000",
            "en",
            "de",
            "text-to-image",
            "native",
            "one",
            "food",
            "csv",
        )
    )
    + tuple(map(quote_from_bytes, (b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf", b"\x80" * 99)))
    + ("%", "%zz", "%u0041", "+", "%2f")
)
PATH_PARTS = (*VALUES, "a" * 66_000, ".", "..", "%2e%2e", "a;b=c", "%5c", "a%20b", "%00")
QUERIES = (
    "?",
    "&&&==&",
    "=",
    "a;b;c",
    "?" * 50,
    "&".join(f"p{n}=1" for n in range(1200)),
    "a=" * 3000,
    "%00=%00",
    "[]=1",
)
METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "get", "BREW", "X" * 300, "PROPFIND")
HEADERS: tuple[tuple[tuple[str, str], ...], ...] = tuple(
    tuple(each.items())
    for each in (
        {"Accept": "text/markdown"},
        {"Accept": ";;,*/*;q=nan"},
        {"Accept": "application/json"},
        {"Accept": "a/b," * 900},
        {"Accept": "text/csv;q=0.1, application/vnd.apache.parquet"},
        {"Accept": "\udcff\udcfe"},
        {"Accept-Encoding": "gzip;q=abc, *;q=0"},
        {"Accept-Encoding": "gzip"},
        {"Accept-Language": "x" * 999 + ";q=" + "9" * 99},
        {"Accept-Language": "de-DE-x-" + "a" * 400},
        {"Accept-Language": "ar"},
        {"Accept-Language": ",".join(f"l{n};q=0.{n}" for n in range(500))},
        {"Accept-Language": "\udcc3(,*"},
        {"If-None-Match": '"x", W/'},
        {"If-None-Match": "*"},
        {"If-Match": '"x'},
        {"If-Modified-Since": "Thu, 99 Foo 99999"},
        {"If-Range": '"x"', "Range": "bytes=0-1"},
        {"Range": "bytes=5-1"},
        {"Range": "bytes=0-,0-,0-,0-"},
        {"Range": "bytes=-" + "9" * 400},
        {"Range": "bytes=0-0"},
        {"Range": "\udce9=x"},
        {"If-Unmodified-Since": "0"},
        {"Cookie": "easel_voter=x; messages=x; easel_session=\udcff; easel_csrf=" + "y" * 999},
        {"Cookie": "easel_session=" + "z" * 32},
        {"Cookie": '=;;;==; a="\\"; $Version=1'},
        {"Cookie": "easel_languages=" + "q," * 2000},
        {"Cookie": "easel_language=" + "%00" * 9 + "; easel_voter=:::; easel_browser=:"},
        {"X-Forwarded-For": "999.1.1.1, ::, \udcff, unknown" + ", 1.1.1.1" * 300},
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Proto": "https"},
        {"X-Request-ID": "a" * 5000},
        {"X-HTTP-Method-Override": "DELETE"},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "://[::1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Referer": "http://[", "Sec-Fetch-Site": "\udcff"},
        {"User-Agent": "\udcff" * 60},
        {"User-Agent": ""},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1:99999"},
        {"Host": "["},
        {"Host": ""},
        {"Host": "127.0.0.1\udcff"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer easel_\udcff" + "a" * 900},
        {"Authorization": "Basic !!!"},
        {"HX-Request": "true", "HX-Target": "x" * 300},
        {"HX-Current-URL": "http://["},
        {"Expect": "100-continue"},
        {"Content-Type": "text/html; charset=utf-7"},
        {"Traceparent": "00-" + "z" * 70},
        {"Upgrade": "h2c", "Connection": "Upgrade"},
    )
)
_FORM, _JSON, _PARTS = "application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=b"
BODIES: tuple[tuple[tuple[tuple[str, str], ...], bytes], ...] = tuple(
    ((("Content-Type", kind), *more), body)
    for kind, body, *more in (
        (_FORM, b""),
        (_FORM, b"a=%00&a=%ff&=&&"),
        (_FORM, b"&".join(b"p%d=1" % n for n in range(1500))),
        (_FORM, b"x=" + b"a" * 400_000),
        (_FORM + "; charset=utf-16", b"a=b"),
        (_FORM + "; charset=none", b"a=b"),
        (_FORM + "; charset=\udcff", b"a=b"),
        (_JSON, b""),
        (_JSON, b"{"),
        (_JSON, b"[" * 100_000),
        (_JSON, b'{"a":NaN,"b":1e999,"a":"\\ud800"}'),
        (_JSON, b"null"),
        (_JSON, b'[{"name":"\\u0000","size":-1,"changed":1e400}]'),
        (_JSON, b'[["a/b.png",9,1]]'),
        (_JSON, b'[["../\\u0000",1e999,-1]]'),
        (_JSON, b"\xff\xfe{\x00}\x00"),
        (_JSON, b'[{"name":"a/' + b"b" * 3000 + b'.png","size":99999999999999999999,"changed":0}]'),
        (_JSON, b"9" * 6000),
        (_PARTS, b""),
        (_PARTS, b"--b"),
        (_PARTS, b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n'),
        (
            _PARTS,
            b'--b\r\nContent-Disposition: form-data; name="f"; filename="\x00../x"\r\n\r\nx\r\n--b--',
        ),
        (
            _PARTS,
            b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--b--',
        ),
        ("multipart/form-data", b"--b"),
        ("multipart/form-data; boundary=" + "b" * 300, b"--b"),
        ("multipart/form-data; boundary=\udcff", b"x"),
        ("multipart/mixed; boundary=b", b"--b\r\n\r\n--b--"),
        ("a" * 3000, b"x"),
        ("", b"x"),
        ("text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
        (_FORM, b"a=b", ("Content-Encoding", "gzip")),
        (_FORM, b"3\r\na=b\r\n0\r\n\r\n", ("Transfer-Encoding", "chunked")),
        ("image/png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 99),
        (_FORM, b"x" * 3_000_000),
    )
)


def encode_form(fields: list[tuple[str, str]]) -> bytes:
    """Return fields, whose values are encoded already, as a body."""
    return "&".join(f"{quote(name, safe='')}={value}" for name, value in fields).encode()


def spoil(draw: Random, pairs: list[tuple[str, str]], names: list[str]) -> list[tuple[str, str]]:
    """Return fields with some of them missing, doubled, changed, or of a name that belongs elsewhere."""
    pairs = list(pairs)
    for _ in range(draw.choice((1, 1, 2, 3))):
        way = draw.randrange(5) if pairs else 4
        place = draw.randrange(len(pairs)) if pairs else 0
        if way == 0:
            del pairs[place]
        elif way == 1:
            pairs.append((pairs[place][0], draw.choice(VALUES)))
        elif way in (2, 3):
            pairs[place] = (pairs[place][0], draw.choice(VALUES))
        else:
            pairs.append((draw.choice(names) if draw.random() < 0.9 else draw.choice(VALUES), draw.choice(VALUES)))
    return pairs
