"""Pictures with real Content Credentials, signed by an authority of the tests."""

import datetime
import io
import json
from functools import cache

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from arena.pictures.credential_report import CLOSED, CredentialReport
from tests.arena.generation.ingest.picture_files import encode, picture

SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
ACTION = {"action": "c2pa.created", "softwareAgent": "Fake", "digitalSourceType": SOURCE}
SIGNED = CredentialReport(generator="Fake Generator 3", issuer="Maker of the tests", state="Valid")


def certificate(name: str, key: ec.EllipticCurvePrivateKey, issuer: str, signing: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a certificate in PEM; one that names itself as its issuer is an authority."""
    own, above = (
        x509.Name([x509.NameAttribute(oid, text) for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)])
        for text in (name, issuer)
    )
    is_authority = name == issuer
    made = (
        x509.CertificateBuilder(above, own, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2049, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(not is_authority, False, False, False, False, is_authority, is_authority, False, False), True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if not is_authority:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return made.sign(signing, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@cache
def sign(kind: str) -> bytes:
    """Return a picture in this format with Content Credentials."""
    own, above = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    chain = certificate(SIGNED.issuer, own, "Authority", above) + certificate("Authority", above, "Authority", above)
    key = own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    signer = c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", chain, key, None))
    manifest = {
        "claim_generator_info": [{"name": "Fake Generator", "version": "3"}],
        "assertions": [{"label": "c2pa.actions", "data": {"actions": [ACTION]}}],
    }
    settings = c2pa.Settings.from_dict({**CLOSED, "builder": {"thumbnail": {"enabled": False}}})
    builder = c2pa.Builder(json.dumps(manifest), context=c2pa.Context(settings))
    signed = io.BytesIO()
    builder.sign(signer, f"image/{kind.lower()}", io.BytesIO(encode(picture(), kind)), signed)
    return signed.getvalue()
