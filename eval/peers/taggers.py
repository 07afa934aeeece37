"""Trains jalon and other taggers on the same labelled texts and scores them with one function.

    python eval/peers/taggers.py --train winer-fr-train.jsonl.zst --dev winer-fr-dev.jsonl.zst \\
        --test winer-fr-test.jsonl.zst --jalon target/release/jalon --init runs/pretrain --out runs/peers

Files are JSON Lines of `text` and `spans` (`[start, end, label]`, code points, end exclusive) and, for intervals, `doc`
(which article), packed with zstd or not. Each tagger learns from `--train`, keeps what is best on `--dev`, and writes
what it finds in `--test` to `OUT/NAME.jsonl`; a file that is already there is scored as it is. The table goes to standard
output: strict F1 (label and both ends) of each label and of all, over the same spans for every tagger.
"""

import argparse
import collections
import json
import pathlib
import random
import re
import resource
import shutil
import subprocess
import sys
import time

# Words as jalon cuts them, so that no span is lost to the CRF: letters, digits, or one other sign.
WORD = re.compile(r"[^\W\d_]+|\d+|\S")


def documents(path, rename):
    """Texts with the spans whose label is in `rename`, under their new name."""
    if str(path).endswith(".zst"):
        import zstandard

        with open(path, "rb") as file:
            data = zstandard.ZstdDecompressor().stream_reader(file).read()
    else:
        data = pathlib.Path(path).read_bytes()
    read = []
    for i, line in enumerate(data.decode("utf-8").splitlines()):
        line = json.loads(line)
        spans = [(start, end, rename[label]) for start, end, label in line["spans"] if label in rename]
        read.append({"text": line["text"], "spans": spans, "doc": line.get("doc", i)})
    return read


# Scores ----------------------------------------------------------------------------------------------------------


def counts(gold, predicted):
    """Right, gold and predicted spans by label, for each article."""
    articles = collections.defaultdict(collections.Counter)
    for document, spans in zip(gold, predicted, strict=True):
        found, wanted = set(map(tuple, spans)), set(document["spans"])
        for kind, some in (("right", found & wanted), ("gold", wanted), ("predicted", found)):
            articles[document["doc"]].update((label, kind) for _, _, label in some)
    return articles


def f1(total, labels):
    """Micro F1 over some labels, in percent."""
    right, gold, predicted = (sum(total[label, kind] for label in labels) for kind in ("right", "gold", "predicted"))
    return 200 * right / max(gold + predicted, 1)


def resampled(articles, labels, samples):
    """Micro F1 of each resampling of the articles."""
    scores = []
    for sample in samples:
        total = collections.Counter()
        for doc in sample:
            total.update(articles.get(doc, {}))
        scores.append(f1(total, labels))
    return scores


def interval(values):
    """The middle 95 %."""
    values = sorted(values)
    return values[int(0.025 * len(values))], values[int(0.975 * len(values))]


def table(gold, systems, seconds):
    """Scores of all taggers as Markdown; the first one's lead over each other, with its interval."""
    labels = sorted({label for document in gold for _, _, label in document["spans"]})
    docs = sorted({document["doc"] for document in gold}, key=str)
    draw = random.Random(1)
    samples = [draw.choices(docs, k=len(docs)) for _ in range(1000)]
    rows = [["tagger", "micro", *labels, "lead of the first", "CPU minutes"]]
    rows.append(["---"] * len(rows[0]))
    first = None
    for name, predicted in systems.items():
        articles = counts(gold, predicted)
        total = sum(articles.values(), collections.Counter())
        scores = resampled(articles, labels, samples)
        low, high = interval(scores)
        lead = ""
        if first is None:
            first = scores
        else:
            lead = "{:+.1f} to {:+.1f}".format(*interval([a - b for a, b in zip(first, scores)]))
        cells = [f"{f1(total, labels):.1f} [{low:.1f}, {high:.1f}]"]
        cells += [f"{f1(total, [label]):.1f}" for label in labels]
        minutes = f"{seconds[name] / 60:.0f}" if name in seconds else ""
        rows.append([name, *cells, lead, minutes])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


# Taggers ---------------------------------------------------------------------------------------------------------


def train_crf(train, dev, test, folder, args):
    """python-crfsuite, L-BFGS; the strength of its L2 penalty is chosen on dev."""
    import pycrfsuite

    rows = [(features(words), bio(document["spans"], words)) for document, words in tokenised(train)]
    best, spans = -1.0, None
    for c2 in args.crf_c2:
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        for row in rows:
            trainer.append(*row)
        trainer.set_params({"c1": args.crf_c1, "c2": c2, "max_iterations": args.crf_iterations})
        path = str(folder / f"c2-{c2}.crfsuite")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)

        def tag(documents):
            return [spans_of(tagger.tag(features(words)), words) for _, words in tokenised(documents)]

        total = sum(counts(dev, tag(dev)).values(), collections.Counter())
        score = f1(total, {label for label, _ in total})
        print(f"crf c2 {c2}: dev {score:.2f}", file=sys.stderr)
        if score > best:
            best, spans = score, tag(test)
    return spans


def tokenised(documents):
    """Documents with their words: start, end, surface."""
    for document in documents:
        words = [(m.start(), m.end(), m.group()) for m in WORD.finditer(document["text"])]
        yield document, words


def shape(word):
    """Case and digits of a word, runs shortened: *Xx*, *X*, *d*."""
    marks = "".join("X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in word)
    return re.sub(r"(.)\1+", r"\1", marks)


def features(words):
    """The usual features of each word: itself, its shape and affixes, and those of two neighbours on each side."""
    own = []
    for i, (start, _, word) in enumerate(words):
        lower = word.lower()
        joined = i > 0 and words[i - 1][1] == start
        own.append(
            [f"word={word}", f"lower={lower}", f"shape={shape(word)}", f"title={word.istitle()}", f"joined={joined}"]
            + [f"prefix{n}={lower[:n]}" for n in (1, 2, 3, 4)]
            + [f"suffix{n}={lower[-n:]}" for n in (1, 2, 3, 4)]
        )
    rows = []
    for i, features in enumerate(own):
        row = ["bias", *features]
        for d in (-2, -1, 1, 2):
            row += [f"{d}:{f}" for f in own[i + d][1:4]] if 0 <= i + d < len(own) else [f"{d}:edge"]
        for a, b in ((-1, 0), (0, 1)):
            if i + a >= 0 and i + b < len(own):
                row.append(f"{a}:{b}:{own[i + a][1]}|{own[i + b][1]}")
                row.append(f"{a}:{b}:{own[i + a][2]}|{own[i + b][2]}")
        rows.append(row)
    return rows


def bio(spans, words):
    """IOB2 tags of words; a word that a span cuts counts as inside it."""
    tags = ["O"] * len(words)
    for start, end, label in spans:
        inside = [i for i, (a, b, _) in enumerate(words) if a < end and b > start]
        for i in inside:
            tags[i] = ("B-" if i == inside[0] else "I-") + label
    return tags


def spans_of(tags, words):
    """The spans of IOB2 tags; an `I-` that follows nothing of its label begins a span."""
    spans = []
    for tag, (start, end, _) in zip(tags, words):
        if tag.startswith("I-") and spans and spans[-1][2] == tag[2:] and previous[2:] == tag[2:]:
            spans[-1][1] = end
        elif tag != "O":
            spans.append([start, end, tag[2:]])
        previous = tag
    return [tuple(span) for span in spans]


def train_spacy(train, dev, test, folder, args):
    """spaCy: its own recipe for a blank `fr` pipeline on a CPU, until dev gets no better."""
    import spacy
    from spacy.cli.init_config import init_config
    from spacy.cli.train import train as fit
    from spacy.tokens import DocBin

    blank = spacy.blank("fr")
    for name, documents in (("train", train), ("dev", dev)):
        packed, moved = DocBin(), 0
        for document in documents:
            doc = blank(document["text"])
            # A span that cuts a token is widened to whole tokens: spaCy can learn no other.
            wide = [doc.char_span(*span, alignment_mode="expand") for span in document["spans"]]
            moved += sum((s.start_char, s.end_char) != span[:2] for s, span in zip(wide, document["spans"]))
            doc.set_ents(spacy.util.filter_spans(wide))
            packed.add(doc)
        print(f"spacy: {name}, {moved} spans cut a token", file=sys.stderr)
        packed.to_disk(folder / f"{name}.spacy")
    config = init_config(lang="fr", pipeline=["ner"], optimize="efficiency", silent=True)
    config.to_disk(folder / "config.cfg")
    paths = {"paths.train": str(folder / "train.spacy"), "paths.dev": str(folder / "dev.spacy")}
    fit(folder / "config.cfg", folder, overrides={**paths, "training.max_steps": args.spacy_steps})
    nlp = spacy.load(folder / "model-best")
    docs = nlp.pipe(document["text"] for document in test)
    return [[(e.start_char, e.end_char, e.label_) for e in doc.ents] for doc in docs]


SETTINGS = """\
init = {init}
window_tokens = 256
window_overlap = 64
smoothing = 0.05
evaluate_every = 100

[run]
out = {out}
seed = 1
steps = {steps}
batch_tokens = 4096
learning_rate = {rate}
warmup = 90
weight_decay = 0.05
dropout = 0.15
mean_decay = 0.998
checkpoint_seconds = 240
shards = 2

[[labels]]
path = {train}
weight = 1.0
rename = {rename}

[[dev]]
path = {dev}
weight = 1.0
rename = {rename}
"""


def train_jalon(train, dev, test, folder, args, init=None):
    """jalon's encoder from `init`: `jalon train`, then `jalon tag`."""
    rename = "{ " + ", ".join(f"{json.dumps(a)} = {json.dumps(b)}" for a, b in args.rename.items()) + " }"
    values = {"init": init or args.init, "out": folder / "model", "train": args.train, "dev": args.dev}
    values = {name: json.dumps(str(pathlib.Path(path).absolute())) for name, path in values.items()}
    settings = SETTINGS.format(**values, rename=rename, steps=args.jalon_steps, rate=args.jalon_rate)
    (folder / "train.toml").write_text(settings)
    subprocess.run([args.jalon, "train", "--config", folder / "train.toml"], check=True)
    lines = [json.dumps({"id": str(i), "text": d["text"]}, ensure_ascii=False) + "\n" for i, d in enumerate(test)]
    (folder / "test.jsonl").write_text("".join(lines), encoding="utf-8")
    tag = [args.jalon, "tag", "--quiet", "--model", folder / "model", folder / "test.jsonl"]
    tagged = subprocess.run(tag, check=True, capture_output=True, text=True).stdout.splitlines()
    return [[(e["start"], e["end"], e["label"]) for e in json.loads(line)["entities"]] for line in tagged]


def train_jalon_from_nothing(train, dev, test, folder, args):
    """The same encoder, its weights drawn at random: the folder of `init` without its weights."""
    init = folder / "init"
    init.mkdir(exist_ok=True)
    for name in ("config.json", "tokenizer.json"):
        shutil.copy(args.init / name, init / name)
    no_tensor = b"{}      "
    (init / "model.safetensors").write_bytes(len(no_tensor).to_bytes(8, "little") + no_tensor)
    return train_jalon(train, dev, test, folder, args, init)


TAGGERS = {
    "jalon": train_jalon,
    "jalon-not-pretrained": train_jalon_from_nothing,
    "spacy": train_spacy,
    "crf": train_crf,
}


def cpu_seconds():
    """Seconds of CPU of this process and of the programs it ran."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def predictions(name, train, dev, test, args):
    """What a tagger finds in the test texts, in their order; learnt now, or read from its file."""
    path = args.out / f"{name}.jsonl"
    if not path.exists():
        folder = args.out / name
        folder.mkdir(parents=True, exist_ok=True)
        cpu, clock = cpu_seconds(), time.perf_counter()
        spans = TAGGERS[name](train, dev, test, folder, args)
        took = {"cpu_seconds": round(cpu_seconds() - cpu), "seconds": round(time.perf_counter() - clock)}
        lines = [json.dumps(took)] + [json.dumps({"spans": some}) for some in spans]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    took, *lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [line["spans"] for line in lines], took["cpu_seconds"]


def pair(text):
    """`Name=LABEL` as typed."""
    name, _, label = text.partition("=")
    return name, label


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("taggers", nargs="*", default=list(TAGGERS), help=f"which (default: {' '.join(TAGGERS)})")
    parser.add_argument("--train", required=True, type=pathlib.Path, help="texts to learn from")
    parser.add_argument("--dev", required=True, type=pathlib.Path, help="texts to choose on")
    parser.add_argument("--test", required=True, type=pathlib.Path, help="texts to score")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="folder for models and predictions")
    parser.add_argument("--jalon", default="jalon", help="the program (default: found in PATH)")
    parser.add_argument("--init", type=pathlib.Path, help="folder of a `jalon pretrain` run")
    default = ["Organization=ORG", "Location=LOC", "Date=DATE"]
    parser.add_argument("--rename", nargs="+", type=pair, default=list(map(pair, default)), metavar="NAME=LABEL",
                        help=f"labels to learn (default: {' '.join(default)})")
    parser.add_argument("--jalon-steps", type=int, default=900, help="steps of 4 096 tokens")
    parser.add_argument("--jalon-rate", type=float, default=8e-4, help="peak learning rate")
    parser.add_argument("--spacy-steps", type=int, default=20000, help="at most, if dev gets better all the while")
    parser.add_argument("--crf-iterations", type=int, default=150, help="of L-BFGS")
    parser.add_argument("--crf-c1", type=float, default=0.1, help="L1 penalty")
    parser.add_argument("--crf-c2", type=float, nargs="+", default=[0.03, 0.1], help="L2 penalties to choose from")
    args = parser.parse_args()
    args.rename = dict(args.rename)
    unknown = set(args.taggers) - set(TAGGERS)
    if unknown:
        parser.error(f"taggers: expected {', '.join(TAGGERS)}, got {', '.join(sorted(unknown))}")
    if args.init is None and any(name.startswith("jalon") for name in args.taggers):
        parser.error("--init: expected the folder of a pre-training run, got none")
    args.out.mkdir(parents=True, exist_ok=True)
    train, dev, test = (documents(path, args.rename) for path in (args.train, args.dev, args.test))
    systems, seconds = {}, {}
    for name in args.taggers:
        systems[name], seconds[name] = predictions(name, train, dev, test, args)
    print(table(test, systems, seconds))


if __name__ == "__main__":
    main()
