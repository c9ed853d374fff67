"""Two labels that a lost terminator glued into one (case 34)."""

from collections.abc import Callable


def split_glued(text: str, known: Callable[[str], bool]) -> tuple[str, str] | None:
    """The two labels in a text, when there is exactly one cut that leaves two known labels; else None.

    `known` says whether a label is known whole. A text that two cuts explain is a guess, and no scan may be guessed.
    """
    cuts = [(text[:cut], text[cut:]) for cut in range(1, len(text)) if known(text[:cut]) and known(text[cut:])]
    return cuts[0] if len(cuts) == 1 else None
