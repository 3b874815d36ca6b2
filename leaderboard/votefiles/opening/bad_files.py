"""What is said of a file of votes that cannot be used."""

from arena.errors import DomainError


class BadVoteFile(DomainError):
    """A file of votes cannot be used; the message names row (counted from 1, without the header) and column."""

    code = "bad_vote_file"

    def __init__(self, message: str, *, row: int | None = None, column: str | None = None) -> None:
        place = ", ".join([f"row {row}"] * (row is not None) + [f"column {column}"] * (column is not None))
        super().__init__(f"{place}: {message}" if place else message)
        self.row, self.column = row, column
