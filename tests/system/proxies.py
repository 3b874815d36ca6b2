"""Runs nginx and Caddy with the files that Easel ships; only ports, paths and certificates are the tests' own."""

import datetime
import os
import re
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.patience import HANGING
from tests.system.easel import ROOT, free_port

HOST = "arena.example.org"

NGINX = """
daemon off; pid {folder}/pid; error_log stderr; worker_processes 1; {user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    include {folder}/easel.conf;
}}
"""
CADDY = """
	http_port {http}
	https_port {https}
	default_bind 127.0.0.1
	admin off
	local_certs
	skip_install_trust
"""


@dataclass(frozen=True)
class Proxy:
    """A proxy's command, the environment it needs, and its two ports."""

    command: list[str]
    environment: dict[str, str]
    http: int
    https: int


def nginx(folder: Path, *, upstream: int) -> Proxy:
    """Write nginx's files: a bare `nginx.conf` that includes the shipped file."""
    http, https = free_port(), free_port()
    write_certificate(folder)
    shipped = (ROOT / "ops" / "nginx.conf").read_text()
    own = exchange(
        re.sub(r"(?m)^ *listen \[::\].*\n", "", shipped),
        ("listen 80;", f"listen 127.0.0.1:{http};"),
        ("listen 443 ", f"listen 127.0.0.1:{https} "),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
        ("/etc/ssl/easel/", f"{folder}/"),
    )
    (folder / "easel.conf").write_text(own)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user))
    return Proxy(["nginx", "-e", "stderr", "-c", str(folder / "nginx.conf")], {}, http, https)


def caddy(folder: Path, *, upstream: int) -> Proxy:
    """Write Caddy's file: the shipped one, with a certificate that Caddy signs itself."""
    http, https = free_port(), free_port()
    own = exchange(
        (ROOT / "ops" / "Caddyfile").read_text(),
        ("{\n\tservers", "{" + CADDY.format(http=http, https=https) + "\tservers"),
        ("127.0.0.1:8000", f"127.0.0.1:{upstream}"),
        # Debian 12 has Caddy 2.6.
        ("request_buffers 1MiB", "buffer_requests"),
    )
    (folder / "Caddyfile").write_text(own)
    command = ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    return Proxy(
        command, {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}, http, https
    )


def exchange(text: str, *pairs: tuple[str, str]) -> str:
    """Put other words in place of some, each of which must be there."""
    for old, new in pairs:
        assert old in text, f"the shipped file has no {old!r}"
        text = text.replace(old, new)
    return text


def write_certificate(folder: Path) -> None:
    """Write a certificate that signs itself, and its key, under the names of the shipped file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "privkey.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


def any_certificate() -> ssl.SSLContext:
    """Return a client's settings that take a certificate that signs itself."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    return trusting


def send_slowly(port: int, *, token: str) -> ssl.SSLSocket:
    """Begin to send a form that never ends; with the cookie, the check of the form's token reads the form."""
    lines = [
        "POST /accounts/login/ HTTP/1.1", f"Host: {HOST}", f"Origin: https://{HOST}",
        f"Cookie: __Host-easel_csrf={token}", "Content-Type: application/x-www-form-urlencoded", "Content-Length: 100",
    ]  # fmt: skip
    plain = socket.create_connection(("127.0.0.1", port), timeout=HANGING)
    own = any_certificate().wrap_socket(plain, server_hostname=HOST)
    own.sendall("\r\n".join([*lines, "", "a"]).encode())
    return own
