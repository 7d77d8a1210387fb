"""Texts: counts of characters against Counter and NumPy, the coder, and bits per character against xz, bzip2, zstd.

What "the other plays known" means: ours learns them beforehand; of xz and bzip2 it is the length of both less that of
the plays known alone; zstd takes them as its dictionary. Nobody pays for the plays that both sides have.
"""

import bz2
import importlib
import lzma
import time
from collections import Counter
from functools import partial
from itertools import pairwise

import numpy as np

from abinitio.data import letter_codes, load_author_counts, load_shakespeare
from abinitio.information.adaptive_counts import AdaptiveCounts
from abinitio.information.add_k import AddK
from abinitio.information.alphabet import common_words, encode_text, replace_unknown, words_of
from abinitio.information.arithmetic_coding import decode_message, encode_message, model_of, surprise
from abinitio.information.context_mixing import mixed_surprise
from abinitio.information.counts import fast_pair_counts, fast_symbol_counts
from abinitio.information.entropy import conditional_entropy, entropy
from abinitio.information.entropy_rate import entropy_rates
from abinitio.information.interval_coder import encode_intervals
from abinitio.information.kneser_ney import KneserNey
from abinitio.information.mixing_compressor import compress, decompress, model_surprise
from abinitio.information.text_information import information_by_distance, writer_divergences
from abinitio.information.zipf import ranked_counts, zipf_exponent
from benchmarks.row import Contest, Measured, Peer, Quantity, Row

BITS = 1 / np.log(2)  # of a nat
PLAYS = "real: 13 plays by Shakespeare; held out are Othello, As You Like It and Henry V, 412,537 characters"
REPEATED = "real: the first 10^6 characters of 10 plays by Shakespeare, repeated"


def repeated(blocks):
    """The first million characters of the plays, `blocks` times."""
    return load_shakespeare().train[:1_000_000].encode("ascii") * blocks


def relative(ours, theirs):
    return abs(ours / theirs - 1)


def symbol_entropy(counts):
    """Bits of a character, from how often each occurs."""
    return float(entropy(counts / counts.sum()) * BITS)


def pair_entropy(table):
    """Bits of a character when the one before is known, from how often each pair occurs."""
    return float(conditional_entropy(table / table.sum()) * BITS)


def counter_symbols(text):
    return symbol_entropy(np.array(list(Counter(text).values())))


def counter_pairs(text):
    pairs, table = Counter(pairwise(text)), np.zeros((256, 256))
    for (a, b), count in pairs.items():
        table[ord(a), ord(b)] = count
    return pair_entropy(table)


def numpy_pairs(codes):
    cells = codes[:-1].astype(np.int64) * 256 + codes[1:]
    return pair_entropy(np.bincount(cells, minlength=65536).reshape(256, 256))


def characters(data, peer, share=1.0):
    """The entropy of the characters of `data` : bytes, against "Counter" (of the text) or "bincount"."""
    codes = np.frombuffer(data, dtype=np.uint8)
    call = lambda: symbol_entropy(np.bincount(codes, minlength=256))
    if peer == "Counter":
        text = data[: round(share * len(data))].decode("latin-1")
        call = lambda: counter_symbols(text)
    return Contest(
        ours=lambda: symbol_entropy(fast_symbol_counts(data, 256)),
        peers=(Peer(name=peer, call=call, error=relative, bound=1e-6, share=share),),
        check="relative difference of the entropy",
    )


def pairs(data, peer, share=1.0):
    """The entropy of a character given the one before, against "Counter" (of pairs of the text) or "bincount"."""
    codes = np.frombuffer(data, dtype=np.uint8)
    call = lambda: numpy_pairs(codes)
    if peer == "Counter":
        text = data[: round(share * len(data))].decode("latin-1")
        call = lambda: counter_pairs(text)
    return Contest(
        ours=lambda: pair_entropy(fast_pair_counts(data, 256)),
        peers=(Peer(name=peer, call=call, error=relative, bound=1e-5, share=share),),
        check="relative difference of the conditional entropy",
    )


def random_bytes(n):
    return np.random.default_rng(0).integers(0, 256, n, dtype=np.uint8).tobytes()


def others():
    """Name -> function (text, known) -> bytes, of the compressors there are; zstd only where zstandard is installed."""
    xz = lambda text: len(lzma.compress(text, preset=9 | lzma.PRESET_EXTREME))
    found = {
        "xz -9e": lambda text, known: xz(known + text) - (xz(known) if known else 0),
        "bzip2 -9": lambda text, known: len(bz2.compress(known + text)) - (len(bz2.compress(known)) if known else 0),
    }
    try:
        zstd = importlib.import_module("zstandard")
    except ModuleNotFoundError:
        return found | {"zstd -19 (not measured: pip install zstandard)": lambda text, known: np.nan}

    def zstd_19(text, known):
        dictionary = zstd.ZstdCompressionDict(known, dict_type=zstd.DICT_TYPE_RAWCONTENT) if known else None
        return len(zstd.ZstdCompressor(level=19, dict_data=dictionary).compress(text))

    return found | {"zstd -19": zstd_19}


def bits_per_character(smoke, knowing):
    """Ours, decoded again, with what the others need beside it; the best of them is the limit."""
    plays = load_shakespeare()
    text, known = plays.test.encode("ascii"), plays.train.encode("ascii") if knowing else b""
    if smoke:
        text, known = text[:40_000], known[:100_000]
    data = compress(text, known)
    if decompress(data, known) != text:
        return Measured(np.inf, 0.0)
    scale = 8 / len(text)
    beside = {name: float(length(text, known) * scale) for name, length in others().items()}
    limit = min(value for value in beside.values() if not np.isnan(value))
    if knowing:
        alphabet = "".join(sorted(set(plays.train + plays.test)))
        ngrams = KneserNey(7, alphabet=alphabet).fit(known.decode())
        beside["Kneser-Ney, n = 7, cross entropy"] = float(ngrams.cross_entropy(text.decode()) * BITS)
    return Measured(
        len(data) * scale, 0.0, {name: value for name, value in beside.items() if not np.isnan(value)}, limit
    )


def coding_excess(smoke):
    """Per cent above the models' own surprise of the files that the coders write, the larger of two, both read back."""
    plays = load_shakespeare()
    text = plays.test[: 2_000 if smoke else 20_000]
    data, bits = compress(text.encode()), model_surprise(text.encode()).sum() * BITS
    alphabet = "".join(sorted(set(plays.train + plays.test)))
    model = model_of(KneserNey(6, alphabet=alphabet).fit(plays.train[: 50_000 if smoke else None]))
    codes = encode_text(text[: len(text) // 4], alphabet)
    message, message_bits = encode_message(codes, model), surprise(codes, model) * BITS
    if decompress(data) != text.encode() or not np.array_equal(decode_message(message, len(codes), model), codes):
        return Measured(np.inf, 0.0)
    excess = [100 * (8 * len(data) / bits - 1), 100 * (8 * len(message) / message_bits - 1)]
    return Measured(float(max(excess)), 0.0, {"mixing": float(excess[0]), "Kneser-Ney, n = 6": float(excess[1])})


def cpu_seconds(call, repeats):
    """Median CPU seconds of a call, and half the interquartile range, after a warm-up."""
    call()
    spent = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        spent.append(time.process_time() - start)
    low, middle, high = np.quantile(spent, [0.25, 0.5, 0.75])
    return float(middle), float(high - low) / 2


def coder_speed(smoke):
    """CPU nanoseconds of one symbol in the arithmetic coder, frequencies given."""
    codes = letter_codes(load_shakespeare().train[: 50_000 if smoke else None]).astype(np.int64)
    cumulative = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=27))])
    start, stop, total = cumulative[codes], cumulative[codes + 1], np.full(len(codes), cumulative[-1])
    middle, spread = cpu_seconds(lambda: encode_intervals(start, stop, total), 3 if smoke else 7)
    return Measured(middle / len(codes) * 1e9, spread / len(codes) * 1e9)


def compressor_speed(smoke):
    """CPU microseconds of one character in the compressor; beside it back again, and xz."""
    text = load_shakespeare().test[: 20_000 if smoke else None].encode()
    data, repeats = compress(text), 3 if smoke else 5
    middle, spread = cpu_seconds(lambda: compress(text), repeats)
    back = cpu_seconds(lambda: decompress(data), repeats)[0]
    xz = cpu_seconds(lambda: lzma.compress(text, preset=9 | lzma.PRESET_EXTREME), repeats)[0]
    scale = 1e6 / len(text)
    return Measured(middle * scale, spread * scale, {"back again": back * scale, "xz -9e": xz * scale})


def entropy_of_english(smoke):
    """Upper bound on the bits of a character: Kneser-Ney, n = 7, on plays that it has not read; beside it, less."""
    plays = load_shakespeare()
    alphabet = "".join(sorted(set(plays.train + plays.test)))
    train, test = (text[: 100_000 if smoke else None] for text in (plays.train, plays.test))
    bits = {n: float(KneserNey(n, alphabet=alphabet).fit(train).cross_entropy(test) * BITS) for n in (1, 2, 3, 5, 7)}
    beside = {f"n = {n}": value for n, value in bits.items() if n < 7}
    beside["add-k, n = 5, k = 0.01"] = float(AddK(5, k=0.01, alphabet=alphabet).fit(train).cross_entropy(test) * BITS)
    rates = entropy_rates(letter_codes(train), 27, 3) * BITS
    beside |= {f"27 letters, plug-in of {m + 1}": float(rate) for m, rate in enumerate(rates)}
    return Measured(bits[7], 0.0, beside)


def words_of_plays(smoke):
    """Perplexity of the words of held-out plays, three at a time; beside it two, one, and Zipf's exponent."""
    plays = load_shakespeare()
    train, test = (words_of(text[: 100_000 if smoke else None]) for text in (plays.train, plays.test))
    known = common_words(train, 5000)
    train, test = replace_unknown(train, known), replace_unknown(test, known)
    alphabet = sorted({*known, "<unknown>"})
    found = {n: float(KneserNey(n, alphabet=alphabet).fit(train).perplexity(test)) for n in (1, 2, 3)}
    s, error = zipf_exponent(ranked_counts(train, test)[:1000])
    beside = {"two words": found[2], "one word": found[1], "Zipf's exponent, 1000 ranks": float(s)}
    return Measured(found[3], 0.0, beside | {"its error": float(error)})


def letters_far_away(smoke):
    """Mutual information of letters 100 to 1000 places apart, in standard errors from none; beside it, near ones."""
    codes = letter_codes(load_shakespeare().train[: 200_000 if smoke else None])
    near, _ = information_by_distance(codes, 27, [1, 2, 4, 8, 16])
    far, error = information_by_distance(codes, 27, np.arange(100, 1000, 90))
    beside = {f"bits at {d}": float(value * BITS) for d, value in zip((1, 2, 4, 8, 16), near)}
    return Measured(float(np.abs(far / error).mean()), float((far / error).std() / np.sqrt(len(far))), beside)


def writers(smoke):
    """How many of 104 texts their pairs of letters give to the wrong writer, each left out of its writer's model."""
    data = load_author_counts()
    tables, y = data.X.reshape(-1, 27, 27), data.y
    totals, wrong = np.array([tables[y == k].sum(axis=0) for k in range(2)]), 0
    for i in np.flatnonzero(y < 2)[:: 4 if smoke else 1]:
        models = totals.copy()
        models[y[i]] -= tables[i]
        wrong += int(writer_divergences(tables[i : i + 1], models)[0].argmin() != y[i])
    between = writer_divergences(totals, totals) * BITS
    beside = {
        "bits a letter, plays by the Bible's model": float(between[0, 1]),
        "the Bible by the plays'": between[1, 0],
    }
    return Measured(float(wrong), float(np.sqrt(wrong)), beside)


def mixing_twin(smoke):
    """Relative difference of the compressor's surprise and its readable twin's, per cent."""
    text = load_shakespeare().train[: 2_000 if smoke else 10_000].encode()
    fast, readable = model_surprise(text).sum(), mixed_surprise(text).sum()
    learning = surprise(np.frombuffer(text, np.uint8), AdaptiveCounts(256, order=1)) * BITS / len(text)
    beside = {"bits a character": float(fast * BITS / len(text)), "of adaptive counts of order 1": float(learning)}
    return Measured(float(100 * abs(fast / readable - 1)), 0.0, beside)


def counting_rows(kind, contest, shares):
    """The two contests of one kind of count, against Counter and NumPy, and the case that suits us badly."""
    many, few = partial(repeated, 100), partial(repeated, 2)
    return (
        Row(
            name=f"{kind}, entropy of 100 MB, against Counter", data=REPEATED, kind="real",
            make=lambda: contest(many(), "Counter", shares[0]), smoke=lambda: contest(few(), "Counter"),
            must=100, moonshot=250,
        ),
        Row(
            name=f"{kind}, entropy of 100 MB, against NumPy", data=REPEATED, kind="real",
            make=lambda: contest(many(), "bincount"), smoke=lambda: contest(few(), "bincount"), must=5, moonshot=12,
        ),
        Row(
            name=f"{kind}, entropy of 100 MB of noise, against NumPy", data="random: bytes, all 256 equally likely",
            kind="random", make=lambda: contest(random_bytes(100_000_000), "bincount"),
            smoke=lambda: contest(random_bytes(1_000_000), "bincount"), unfavourable=True,
        ),
    )  # fmt: skip


ROWS = counting_rows("characters", characters, (1.0,)) + counting_rows("character pairs", pairs, (0.1,))

QUANTITIES = (
    Quantity(
        name="text: bits per character, nothing known", data=PLAYS, unit="bits",
        measure=partial(bits_per_character, knowing=False),
    ),
    Quantity(
        name="text: bits per character, the other ten plays known", data=PLAYS, unit="bits",
        measure=partial(bits_per_character, knowing=True),
    ),
    Quantity(
        name="text: files above their models' surprise", data=PLAYS, unit="%", measure=coding_excess, must=1.0,
    ),
    Quantity(name="text: arithmetic coder, CPU time for a symbol", data=PLAYS, unit="ns", measure=coder_speed),
    Quantity(name="text: compressor, CPU time for a character", data=PLAYS, unit="µs", measure=compressor_speed),
    Quantity(name="text: Kneser-Ney on plays not read", data=PLAYS, unit="bits", measure=entropy_of_english),
    Quantity(name="text: perplexity of words of plays not read", data=PLAYS, unit="", measure=words_of_plays),
    Quantity(
        name="text: information of letters 100 to 1000 apart", data=PLAYS, unit="standard errors",
        measure=letters_far_away,
    ),
    Quantity(
        name="text: plays and books of the Bible taken for each other",
        data="real: pairs of letters of 38 plays by Shakespeare and 66 books of the King James Bible", unit="of 104",
        measure=writers, must=5.0,
    ),
    Quantity(
        name="text: compressor against its readable twin", data=PLAYS, unit="%", measure=mixing_twin, must=2.0,
    ),
)  # fmt: skip

GROWTH = ()
