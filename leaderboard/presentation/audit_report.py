"""A board's audit as lines of text."""

from collections.abc import Iterator

from leaderboard.ratings.diagnostics.agreement import Agreement
from leaderboard.ratings.diagnostics.audit import BoardAudit, PairAudit
from leaderboard.ratings.diagnostics.calibration import Calibration
from leaderboard.ratings.diagnostics.deciding import Decision
from leaderboard.ratings.diagnostics.exposure import Exposure
from leaderboard.ratings.diagnostics.flips import Flip
from leaderboard.ratings.diagnostics.sensitivity import Order, Sensitivity
from leaderboard.ratings.diagnostics.variance_check import VarianceCheck

# At most this many contenders are named with their chances; those below have hardly any.
_MOST_NAMED = 6
_UNITS = {"vote": ("vote", "votes"), "voter": ("voter", "voters"), "prompt": ("prompt", "prompts")}
_ORDERS: dict[Order, str] = {
    "same": "keeps its order under every weighting",
    "within": "changes its order, but only as far as its ranges leave it open",
    "other": "depends on the weights: some of it cannot be first under others",
}


def describe_audit(audit: BoardAudit) -> Iterator[str]:
    """Sentences for a terminal, indented by two; what could not be measured is left out or named as such."""
    if not audit.votes:
        return
    yield f"  {_share(audit.tie_rate)} ties, {_share(audit.floor_rate)} both bad"
    if audit.first:
        yield f"  first place of {audit.first[0].leader} is lost without"
        for flip in audit.first:
            yield f"    {_describe_flip(flip)}: then {flip.challenger} stands above it"
    yield from map(_describe_pair, audit.pairs)
    if len(audit.places) > 3:
        firsts = ", ".join(f"{line.contender} {_share(line.within[2])}" for line in audit.places[:_MOST_NAMED])
        yield f"  among the first three: {firsts}"
    ranks = ", ".join(f"{line.rank} {line.contender}" for line in audit.overlap_ranks)
    yield f"  ranks by overlap of intervals, for comparison only: {ranks or 'none'}"
    if audit.variance:
        yield _describe_variance(audit.variance)
        yield from _describe_both_errors(audit.variance)
    yield from _describe_floor(audit)
    yield from _describe_sensitivity(audit.sensitivity)
    yield from _describe_agreement(audit.agreement)
    yield _describe_exposure(audit.exposure)
    yield _describe_calibration(audit.calibration)


def _describe_sensitivity(found: Sensitivity | None) -> Iterator[str]:
    if found is None or found.order is None:
        return
    yield f"  other weights: the leading group {_ORDERS[found.order]}"
    for variant in found.variants[1:]:
        ranked = sorted(
            (line for line in variant.lines if line.rank_low is not None), key=lambda line: -(line.elo or 0)
        )
        firsts = ", ".join(f"{line.contender} {line.rank_low}–{line.rank_high}" for line in ranked[:_MOST_NAMED])
        beyond = sum(line.beyond for line in variant.lines)
        yield (
            f"    {variant.name}: {variant.votes} votes worth {variant.effective_votes:.0f}, "
            f"{firsts or 'none ranked'}; {beyond} outside their published intervals"
        )
    for each in found.left_out:
        yield f"    {each.name}: not compared ({each.reason}{f' {each.stratum}' if each.stratum else ''})"


def _describe_flip(flip: Flip) -> str:
    one, many = _UNITS[flip.unit]
    if flip.count is None:
        return f"no set of {many} found"
    held = "" if flip.unit == "vote" else f" ({flip.votes} votes)"
    return f"{flip.count} {one if flip.count == 1 else many}{held}"


def _describe_pair(pair: PairAudit) -> str:
    gap = pair.decision
    flips = ", ".join(map(_describe_flip, pair.flips))
    return (
        f"  {gap.leader} over {gap.other}: {gap.gap:.1f} Elo, {'' if pair.sure else 'not '}told apart by the rank "
        f"ranges; {_describe_decision(gap)}; "
        f"wins {_share(pair.win)}, ties {_share(pair.tie)}, loses {_share(pair.loss)}; flipped without {flips}"
    )


def _describe_decision(gap: Decision) -> str:
    if gap.half_width is None:
        return "too few voters or prompts to say"
    if gap.decided:
        return f"this pair decided (± {gap.half_width:.1f} at every look)"
    if gap.more_votes is None:
        return "undecided, and no number of votes in sight"
    return f"undecided, about {gap.more_votes} more votes if dealt as before, with voters and prompts in proportion"


def _describe_variance(found: VarianceCheck) -> str:
    differ = (("voter to voter", found.between_voters), ("prompt to prompt", found.between_prompts))
    known = "".join(f", strengths by {elo:.0f} Elo from {what}" for what, elo in differ if elo is not None)
    widths = found.mean_half_widths()
    compared = f"; mean half-width {widths[0]:.1f} Elo, {widths[1]:.1f} from own clusters alone" if widths else ""
    return f"  errors, pooled over the board: votes scatter {found.dispersion:.2f} times as coins{known}{compared}"


def _describe_both_errors(found: VarianceCheck) -> Iterator[str]:
    """Half-widths of each contender: as published, and from its own clusters as a check."""
    for line in found.lines:
        if line.pooled and line.clustered:
            widths = f"± {line.pooled:.1f}, ± {line.clustered:.1f} from own clusters"
            yield f"    {line.contender}: {widths}, {line.pooled / line.clustered:.2f} times"


def _describe_floor(audit: BoardAudit) -> Iterator[str]:
    published, as_ties = audit.floor.spans
    moved = ", ".join(f"{line.contender} {line.rank} to {line.rank_as_ties}" for line in audit.floor.moved)
    yield (
        f"  if both bad counted as a tie: {as_ties:.1f} Elo from first to last instead of {published:.1f}; "
        f"ranks moved: {moved or 'none'}"
    )


def _describe_agreement(agreement: Agreement) -> Iterator[str]:
    if agreement.alpha is None:
        yield "  agreement of voters: too few answers to the same pair on the same prompt"
    else:
        yield (
            f"  agreement of voters: Krippendorff's alpha {agreement.alpha:.3f} "
            f"on {agreement.units} pairs on a prompt ({agreement.votes} votes)"
        )
    if agreement.consistent is not None:
        yield f"  of {agreement.repeats} repeated answers {_share(agreement.consistent)} were the same again"


def _describe_exposure(exposure: Exposure) -> str:
    least = min(exposure.contenders, key=lambda line: line.votes)
    fewest = min(exposure.contenders, key=lambda line: line.prompts)
    return (
        f"  exposure: {exposure.pairs_met} of {exposure.pairs} pairs met; most shown over least shown "
        f"{exposure.ratio or 1:.2f} ({least.contender}, {least.votes} votes); fewest prompts {fewest.prompts} of "
        f"{exposure.prompts} ({fewest.contender})"
    )


def _describe_calibration(found: Calibration | None) -> str:
    if found is None:
        return "  calibration: too few voters to hold some out"
    return (
        f"  calibration on {found.votes} votes of voters held out: log loss {found.log_loss:.4f} "
        f"(without contenders {found.plain_log_loss:.4f}), Brier {found.brier:.4f} ({found.plain_brier:.4f})"
    )


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
