"""What comparing words alone makes of the pairs: the same text, TF-IDF, token sets."""

import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b

from rapidfuzz import fuzz

from tests.evaluation.measuring import Pair, text_of

Scores = Sequence[float]


def same_text(pairs: Sequence[Pair]) -> Scores:
    """Score 1 where the words are exactly the same, by their hash."""
    return [float(_hash(text_of(pair.a)) == _hash(text_of(pair.b))) for pair in pairs]


def tf_idf(pairs: Sequence[Pair]) -> Scores:
    """Score by the cosine of TF-IDF vectors, weighed over these pairs."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [text_of(document) for pair in pairs for document in (pair.a, pair.b)]
    rows = TfidfVectorizer(sublinear_tf=True).fit_transform(texts)
    return [float((rows[2 * n] @ rows[2 * n + 1].T).toarray()[0, 0]) for n in range(len(pairs))]


def token_sets(pairs: Sequence[Pair]) -> Scores:
    """Score by the token-set ratio."""
    return [fuzz.token_set_ratio(text_of(pair.a), text_of(pair.b)) / 100 for pair in pairs]


BASELINES: Mapping[str, Callable[[Sequence[Pair]], Scores]] = {
    "exact-text hash": same_text,
    "TF-IDF cosine": tf_idf,
    "token-set ratio": token_sets,
}


def _hash(text: str) -> bytes:
    return blake2b(" ".join(re.findall(r"\w+", text.casefold())).encode()).digest()
