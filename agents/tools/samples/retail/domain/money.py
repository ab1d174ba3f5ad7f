"""Money: decimals to the cent inside, JSON numbers outside."""

from decimal import ROUND_HALF_EVEN, Decimal

_CENT = Decimal("0.01")


def money(value: float | str | Decimal) -> Decimal:
    """An amount in dollars to the cent; raises decimal.InvalidOperation for what is no number."""
    return Decimal(str(value)).quantize(_CENT, ROUND_HALF_EVEN)


def number(amount: Decimal) -> float:
    """The amount as the JSON number the data writes: 17.00 as 17.0, 536.65 as 536.65."""
    return float(amount)


def plain(amount: Decimal) -> str:
    """The amount as somebody types it: `536.65`."""
    return f"{amount:.2f}"


def dollars(amount: Decimal) -> str:
    """The amount in words for a sentence: `$1,380.79`."""
    return f"${amount:,.2f}"


def difference(amount: Decimal) -> str:
    """A difference in prices in words that a reviewer and the customer read alike; a bare sign is read wrongly."""
    if not amount:
        return "the prices are the same"
    return f"an extra charge of {dollars(amount)}" if amount > 0 else f"a refund of {dollars(-amount)}"
