"""Text from strangers (file names, titles, labels, messages), made fit for one line.

Imports nothing of ours.
"""

from __future__ import annotations


def one_line(text: str) -> str:
    """`text` with a blank for each line break, control character and undecodable byte.

    A name must not move the cursor, and one that is not UTF-8 must still print.
    """
    return "".join(char if char.isprintable() else " " for char in text)
