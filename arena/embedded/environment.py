"""The embedded mode: with DATABASE_URL unset, Easel brings its own database, secret key and data folder."""

import os
import secrets
from pathlib import Path

from arena.embedded.keeper import use_database
from arena.embedded.postgres import Cluster, write_secret
from arena.installation import default_data_folder


def data_folder() -> Path:
    """Return the folder where the embedded mode keeps everything: EASEL_DATA_DIR, or the installation's own.

    Raises OSError if the path leads nowhere.
    """
    try:
        return Path(os.environ.get("EASEL_DATA_DIR") or default_data_folder()).expanduser().resolve()
    except RuntimeError as error:
        # pathlib raises it for the home of an unknown user, and for links in a circle.
        raise NotADirectoryError(str(error)) from error


def enter_embedded_mode() -> None:
    """Start or join the embedded database and set the environment variables that settings read. Raises NoDatabase.

    Does nothing if DATABASE_URL is set: then the operator has a database.
    """
    if os.environ.get("DATABASE_URL"):
        return
    os.environ["DATABASE_URL"] = use_database(embedded_cluster())
    os.environ["EASEL_EMBEDDED"] = "1"
    os.environ.setdefault("SECRET_KEY", _own_secret_key(data_folder() / "secret_key"))


def embedded_cluster() -> Cluster:
    """Return the cluster of the embedded mode; EASEL_DURABLE=0 trades its crash safety for speed."""
    return Cluster(data_folder(), durable=os.environ.get("EASEL_DURABLE", "1") != "0")


def _own_secret_key(file: Path) -> str:
    write_secret(file, secrets.token_urlsafe(50))
    return file.read_text()
