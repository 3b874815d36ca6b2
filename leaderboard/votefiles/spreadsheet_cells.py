"""What spreadsheets make of CSV: the mark by which they know UTF-8, and text that they would run."""

# Excel takes a file without this mark for one in an encoding of Windows.
BYTE_ORDER_MARK = "\ufeff"
# A spreadsheet runs a cell that begins so as a formula; an apostrophe before it makes it text. Text that already begins
# with apostrophes gets one more, so that a reader can always take one away (`arena.voting.ledger.exports` does).
FORMULA_START = r"'*[=+@\t\r-]"
