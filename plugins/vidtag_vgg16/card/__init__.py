"""Model cards: what a trained classifier is worth, what it has learnt from, and where it fails."""

from __future__ import annotations

from vidtag_vgg16.card.drawing import check_matplotlib
from vidtag_vgg16.card.writing import CARD_NAME, PAGE_NAME, card_files, write_mistakes

__all__ = ["CARD_NAME", "PAGE_NAME", "card_files", "check_matplotlib", "write_mistakes"]
