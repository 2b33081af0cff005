"""Vectorisers of text and of records."""
import sys

import numpy as np
import pandas as pd
from sklearn.feature_extraction import DictVectorizer, FeatureHasher
from sklearn.feature_extraction import text as vectorizers
from sklearn.pipeline import make_pipeline

from agreement import Cases

SEED = 21
random = np.random.RandomState(SEED)
cases = Cases(sys.argv[1])

WORDS = (
    "the a of I we model models Kubernetes server don't e-mail naïve café Straße İstanbul ΣΊΣΥΦΟΣ Ωmega "
    "русский язык 機械学習 データ नमस्ते हिन्दी ไทย العربية שָׁלוֹם x y2k 3.14 ½ ² Ⅷ ١٢٣ under_score _private "
    "🙂 👩‍💻 𝒜𝓁𝑔 zero\u200bwidth soft\u00adhyphen e\u0301clair ﬁne ＦＵＬＬ http://a.b/c?d=e#f C++ #tag @user "
    "100% a1b2 ... -- \u00a0 \u3000 \u2028 İİ ǅ ß ſ"
).split(" ")
BLANKS = [" ", " ", " ", " ", "  ", "\t", "\n", " \t ", "\u00a0", ", ", ". ", "-", "'", "\r\n", "\x1c", "\x85"]


def texts(count):
    documents = []
    for _ in range(count):
        parts = []
        for _ in range(random.randint(0, 25)):
            parts.append(WORDS[random.randint(len(WORDS))])
            parts.append(BLANKS[random.randint(len(BLANKS))])
        documents.append("".join(parts))
    return documents + ["", " ", "a", "\t\t", "🙂" * 5, "the the the", "x" * 300]


known = texts(300) + ["every word: " + " ".join(WORDS)]
asked = texts(1500)
counts = vectorizers.CountVectorizer
weights = vectorizers.TfidfVectorizer

for name, model in {
    "counts": counts(),
    "counts, binary": counts(binary=True),
    "counts of some": counts(max_features=20, min_df=2),
    "counts with case": counts(lowercase=False),
    "counts without accents": counts(strip_accents="unicode"),
    "counts in ascii": counts(strip_accents="ascii"),
    "counts without English stop words": counts(stop_words="english"),
    "counts without given stop words": counts(stop_words=["the", "model", "x"], ngram_range=(1, 2)),
    "counts of pairs": counts(ngram_range=(2, 2)),
    "counts of up to three": counts(ngram_range=(1, 3)),
    "counts of characters": counts(analyzer="char"),
    "counts of characters, pairs": counts(analyzer="char", ngram_range=(2, 4), max_features=2000),
    "counts of characters in words": counts(analyzer="char_wb", ngram_range=(1, 4), max_features=2000),
    "counts of long parts of words": counts(analyzer="char_wb", ngram_range=(5, 7)),
    "counts of given words": counts(vocabulary={"the": 1, "model": 0, "server": 2}),
    "counts of listed words": counts(vocabulary=["x", "the", "a"], token_pattern=r"\w"),
    "weights": weights(),
    "weights, logarithmic": weights(sublinear_tf=True),
    "weights without rarity": weights(use_idf=False, norm="l1"),
    "weights as they are": weights(norm=None, smooth_idf=False),
    "weights of characters": weights(analyzer="char_wb", ngram_range=(2, 3), strip_accents="unicode"),
    "weights of pairs": weights(ngram_range=(1, 2), stop_words="english", max_features=500),
}.items():
    cases.add(name, model.fit(known), asked)

for pattern in [
    r"(?u)\b\w+\b",
    r"\b\w\w+\b",
    r"\w+",
    r"[^\W\d_]+",
    r"(?u)\b[^\W\d]{2,}\b",
    r"\S+",
    r"[\w']+",
    r"(?i)[A-Z]+",
    r"(?P<word>\w+)-?",
    r"(?a)\w+",
    r"(?:\w|#|@)[\w.]*",
    r"\d+|[a-z]+",
    r"\B\w",
    r"[^\s,.]+",
    r"#(\w+)|\bzz",
    r"\w{,3}",
    r"[[a-z&]+",
    r"(?<=\s)\w+$",
    r"(?s).{4}",
    r"[^aeiou\W]+",
]:
    cases.add("pattern " + pattern, counts(token_pattern=pattern).fit(known), asked)

cases.add("weights in single precision", weights(dtype=np.float32).fit(known), asked, tolerance=1e-6)
model = make_pipeline(counts(max_features=50), vectorizers.TfidfTransformer(sublinear_tf=True))
cases.add("weights of counts", model.fit(known), asked)
numbers = random.randint(0, 4, (200, 12)).astype(float)
cases.add("weights of numbers", vectorizers.TfidfTransformer().fit(numbers), numbers)
for name, options in {
    "hashed": {},
    "hashed, all positive": {"alternate_sign": False, "norm": "l1"},
    "hashed pairs, as they are": {"ngram_range": (1, 2), "norm": None},
    "hashed, binary": {"binary": True, "stop_words": "english"},
    "hashed characters": {"analyzer": "char", "ngram_range": (1, 3)},
}.items():
    cases.add(name, vectorizers.HashingVectorizer(n_features=97, **options), asked)


def records(count, unseen):
    return pd.DataFrame(
        {
            "city": random.choice(["Oslo", "Rīga", "a=b"] + (["unseen"] if unseen else []), count),
            "age": random.randint(0, 90, count),
            "height": random.normal(170, 10, count),
            "member": random.rand(count) < 0.5,
        }
    )


def add_records(name, model, frame):
    """These take dicts, not tables."""
    class Asked:
        def transform(self, x):
            return model.transform(x.to_dict("records"))

    cases.add(name, model, frame, methods=[])
    cases.index[-1]["expected"] = {"transform": cases.answer(Asked().transform(frame))}


first = records(100, False).to_dict("records")
add_records("records", DictVectorizer().fit(first), records(300, True))
add_records("records, dense", DictVectorizer(sparse=False, separator=":").fit(first), records(300, True))
add_records("hashed records", FeatureHasher(n_features=16), records(300, True))
add_records("hashed records, all positive", FeatureHasher(16, alternate_sign=False), records(300, True))
words = [["a", "b", "a"], ["c", "dd", "ü"], ["", "x", "y"]]
cases.add("hashed names", FeatureHasher(8, input_type="string"), words)
cases.close()
