"""The C2PA library tells who signed a picture, and fetches nothing that the picture names."""

import socket

import pytest

from arena.generation.ingest.images import look_at
from arena.pictures.credential_report import print_manifests, read_manifests, read_report
from arena.pictures.credentials import Credentials, read_credentials
from arena.pictures.decoding import inspect_image
from tests.arena.generation.ingest.picture_files import encode, picture
from tests.arena.pictures.signing import SIGNED, sign


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_signed_picture_is_recognised_with_and_without_the_library(kind: str) -> None:
    data = sign(kind)
    assert read_credentials(data) == Credentials(c2pa=True, source_type="trainedAlgorithmicMedia")
    assert read_report(data, kind) == SIGNED
    seen = look_at(data, inspect_image(data))
    assert seen.credentials == {
        "c2pa": True, "synthid": False, "source_type": "trainedAlgorithmicMedia", "generator": "Fake Generator 3",
        "issuer": "Maker of the tests", "state": "Valid",
    }  # fmt: skip


def test_whole_report_names_action_and_signer_and_is_cut_where_a_page_ends() -> None:
    manifests = read_manifests(sign("WEBP"), "WEBP")
    assert manifests is not None
    text = print_manifests(manifests)
    assert all(word in text for word in ("trainedAlgorithmicMedia", "Maker of the tests", "c2pa.created"))
    assert len(print_manifests(manifests | {"long": "x" * 200_000})) < 100_010


def test_changed_picture_is_not_valid() -> None:
    data = bytearray(sign("JPEG"))
    data[-20] ^= 1
    report = read_report(bytes(data), "JPEG")
    assert report is not None
    assert report.state == "Invalid"


def test_plain_and_broken_pictures_have_no_report() -> None:
    assert read_report(encode(picture(), "PNG"), "PNG") is None
    assert read_report(sign("PNG")[:300], "PNG") is None
    assert read_report(encode(picture(), "GIF"), "GIF") is None


def test_address_in_a_picture_is_not_fetched() -> None:
    with socket.socket() as trap:
        trap.bind(("127.0.0.1", 0))
        trap.listen()
        trap.setblocking(False)
        address = f"http://127.0.0.1:{trap.getsockname()[1]}/manifest.c2pa"
        xmp = (
            '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f'<rdf:Description xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="{address}"/>'
            "</rdf:RDF></x:xmpmeta>"
        )
        assert read_report(encode(picture(), "JPEG", xmp=xmp.encode()), "JPEG") is None
        with pytest.raises(BlockingIOError):
            trap.accept()
