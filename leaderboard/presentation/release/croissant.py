"""A release's metadata as Croissant 1.0 (JSON-LD), which dataset catalogues and loaders read."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from leaderboard.votefiles.parquet_writing import Kind

_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES: dict[Kind, str] = {
    "integer": "sc:Integer",
    "number": "sc:Float",
    "text": "sc:Text",
    "boolean": "sc:Boolean",
    "date": "sc:Date",
    "moment": "sc:DateTime",
}
_FORMATS = {
    "csv": "text/csv", "json": "application/json", "jsonl": "application/jsonlines", "md": "text/markdown",
    "parquet": "application/vnd.apache.parquet", "webp": "image/webp",
}  # fmt: skip


def describe_release(
    *,
    name: str,
    description: str,
    licence: str,
    day: date,
    url: str,
    files: Mapping[str, str],
    tables: Iterable[tuple[str, Iterable[tuple[str, Kind]]]],
) -> dict[str, Any]:
    """Return the metadata: `files` are paths with their SHA-256, `tables` are paths of CSV files with their columns."""
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": name,
        "description": description,
        "citeAs": f"{name}. {url}",
        "license": licence,
        "url": url,
        # Numbers of a version have no leading zeros (semver.org).
        "version": f"{day.year}.{day.month}.{day.day}",
        "datePublished": day.isoformat(),
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": path,
                "name": path,
                "contentUrl": path,
                "encodingFormat": _FORMATS.get(path.rpartition(".")[2], "application/octet-stream"),
                "sha256": digest,
            }
            for path, digest in files.items()
        ],
        "recordSet": [_describe_table(path, columns) for path, columns in tables],
    }


def _describe_table(path: str, columns: Iterable[tuple[str, Kind]]) -> dict[str, Any]:
    name = path.removesuffix(".csv").replace("/", "-")
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{name}/{column}",
                "name": column,
                "dataType": _TYPES[kind],
                "source": {"fileObject": {"@id": path}, "extract": {"column": column}},
            }
            for column, kind in columns
        ],
    }
