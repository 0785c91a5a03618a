"""Amounts in words: one query, two queries."""


def counted(unit: str, count: float | None) -> str:
    """A unit, given in the plural, beside a number."""
    if count != 1 or not unit.endswith("s"):
        return unit
    if unit.endswith("ies"):
        return unit.removesuffix("ies") + "y"
    return unit.removesuffix("es" if unit.endswith(("sses", "shes")) else "s")


def amount(count: int, unit: str) -> str:
    """A number with its unit: 1 query, 2,000 queries."""
    return f"{count:,} {counted(unit, count)}"
