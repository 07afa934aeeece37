"""Measures jalon and other libraries side by side: the same weights on the same texts, or the same texts alone.

    cargo bench --no-run --profile dev --bench encoder        # prints the path of the program for --bench
    python eval/peers/speed.py tag --bench PROGRAM --model models/base --texts eval/gold/dev.jsonl --work runs/speed
    python eval/peers/speed.py train --jalon target/release/jalon --bench PROGRAM --model models/base \\
        --texts training/labels/a.jsonl --work runs/speed

`tag` first checks that the PyTorch encoder and the ONNX models made of it give jalon's logits. Each system is a program of
its own that has its model and texts ready; they take turns, one pass over the texts each, `--rounds` times, so that what
else the machine does weighs on all alike. The table gives medians, and their ratios to jalon's.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__)
BATCHES = [1, 4, 16]


# Windows ---------------------------------------------------------------------------------------------------------


class Windows:
    """The windows of the texts as jalon cuts them, longest first, and what it says of their words."""

    def __init__(self, path):
        from safetensors.numpy import load_file

        arrays = load_file(path)
        self.bounds = arrays["bounds"].astype(int)
        self.ids = arrays["ids"].astype("int64")
        self.features = arrays["features"].astype("int64").reshape(len(self.ids), -1)
        self.word_rows = arrays["word_rows"].astype(int)
        self.logits = arrays["logits"].reshape(len(self.word_rows), -1)

    def batches(self, windows=10**9, tokens=10**9):
        """`ids`, `features` and `mask`, padded, of so many windows or tokens at a time, and their words' places in them."""
        import numpy as np

        starts, lengths = self.bounds[:-1], np.diff(self.bounds)
        first = 0
        while first < len(starts):
            n, length = min(windows, max(1, tokens // lengths[first]), len(starts) - first), lengths[first]
            ids, mask = np.zeros((n, length), "int64"), np.zeros((n, length), bool)
            features, places = np.zeros((n, length, self.features.shape[1]), "int64"), []
            for row, (start, own) in enumerate(zip(starts[first : first + n], lengths[first : first + n])):
                ids[row, :own] = self.ids[start : start + own]
                features[row, :own] = self.features[start : start + own]
                mask[row, :own] = True
                of_window = slice(*np.searchsorted(self.word_rows, [start, start + own]))
                places.append(self.word_rows[of_window] - start + row * length)
            yield ids, features, mask, np.concatenate(places)
            first += n


# Systems: each gives a function that makes one pass --------------------------------------------------------------


def torch_pass(args):
    """PyTorch eager."""
    import torch

    from encoder import Encoder

    torch.set_num_threads(args.threads)
    model = Encoder.load(args.model).eval()
    batches = [[torch.from_numpy(a) for a in batch] for batch in Windows(args.windows).batches(args.batch)]

    def run():
        with torch.inference_mode():
            return [model(ids, features, mask).flatten(0, 1)[places].numpy() for ids, features, mask, places in batches]

    return run


def onnx_pass(args):
    """ONNX Runtime, all its graph optimisations."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = args.threads
    session = onnxruntime.InferenceSession(args.onnx, options, providers=["CPUExecutionProvider"])
    batches = list(Windows(args.windows).batches(args.batch))

    def run():
        rows = []
        for ids, features, mask, places in batches:
            (logits,) = session.run(None, {"ids": ids, "features": features, "mask": mask})
            rows.append(logits.reshape(-1, logits.shape[-1])[places])
        return rows

    return run


def spacy_pass(args):
    """spaCy: the named pipeline, or its entity recogniser alone."""
    import spacy

    name, _, only = args.pipeline.partition(":")
    nlp = spacy.load(name)
    if only:
        shared = nlp.has_pipe("tok2vec") and "ner" in nlp.get_pipe("tok2vec").listening_components
        nlp.select_pipes(enable=["tok2vec", "ner"] if shared else ["ner"])
    texts = [json.loads(line)["text"] for line in pathlib.Path(args.texts).read_text(encoding="utf-8").splitlines()]
    return lambda: [doc.ents for doc in nlp.pipe(texts, batch_size=args.batch, n_process=args.threads)]


def training_pass(args):
    """PyTorch eager, training: as many steps as jalon makes, of as many tokens, with its optimiser and dropout."""
    import numpy as np
    import torch
    import torch.nn.functional as F

    from encoder import Encoder

    torch.set_num_threads(args.threads)
    model = Encoder.load(args.model).train()
    decays = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    groups = [{"params": decays, "weight_decay": 0.05}, {"params": others, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=8e-4, betas=(0.9, 0.98), fused=True)
    mean = [p.detach().clone() for p in model.parameters()]
    windows = Windows(args.windows)
    tags = torch.from_numpy(windows.logits.argmax(-1))
    batches, seen = [], 0
    for *tensors, places in windows.batches(tokens=4096):
        tensors = [torch.from_numpy(a) for a in (*tensors, places)]
        batches.append((*tensors, tags[seen : seen + len(places)]))
        seen += len(places)
    # Windows are sorted by length, so little is padded; batches are taken from all along the list.
    batches = [batches[i] for i in np.linspace(0, len(batches) - 1, args.steps).astype(int)]

    def run():
        n_tokens, start = 0, time.perf_counter()
        for ids, features, mask, places, targets in batches:
            logits = model(ids, features, mask, 0.15).flatten(0, 1)[places]
            F.cross_entropy(logits, targets, label_smoothing=0.05).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            with torch.no_grad():
                torch._foreach_lerp_(mean, list(model.parameters()), 0.002)
            n_tokens += int(mask.sum())
        return n_tokens / (time.perf_counter() - start)

    return run


PASSES = {"torch": torch_pass, "onnx": onnx_pass, "spacy": spacy_pass, "training": training_pass}


def serve(args):
    """Gets a system ready, then makes a pass for each line of standard input and says what it took."""
    run = PASSES[args.system](args)
    run()
    print(0, flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        result = run()
        print(result if isinstance(result, float) else time.perf_counter() - start, flush=True)


class Worker:
    """A system as a program that waits for its turn."""

    def __init__(self, name, command, threads):
        env = os.environ | {"RAYON_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
        pipe = subprocess.PIPE
        self.name, self.measures = name, []
        self.program = subprocess.Popen(list(map(str, command)), stdin=pipe, stdout=pipe, text=True, env=env)
        self.ready = self.program.stdout.readline().split()
        if not self.ready:
            sys.exit(f"{name}: ended before it was ready")

    def turn(self):
        """One pass: seconds, or whatever the system measures."""
        self.program.stdin.write("\n")
        self.program.stdin.flush()
        self.measures.append(float(self.program.stdout.readline()))

    def median(self):
        return statistics.median(self.measures)

    def end(self):
        self.program.stdin.close()
        self.program.wait()


# Measures --------------------------------------------------------------------------------------------------------


def dump(args):
    """The file of windows; jalon's program writes it."""
    path = args.work / "windows.safetensors"
    subprocess.run([args.bench, "dump", args.model, args.texts, path], check=True)
    return path


def export(args, windows):
    """Writes the ONNX models, f32 and with int8 weights (dynamic quantisation), and checks what they and PyTorch say."""
    import numpy as np
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    from encoder import Encoder

    model = Encoder.load(args.model).eval()
    plain, packed = args.work / "encoder.onnx", args.work / "encoder-int8.onnx"
    if not packed.exists():
        example = [a[:, :100] for a in next(Windows(windows).batches(2))[:3]]
        shape = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length", max=model.sin.shape[0])}
        torch.onnx.export(
            model,
            tuple(map(torch.from_numpy, example)),
            plain,
            input_names=["ids", "features", "mask"],
            output_names=["logits"],
            dynamic_shapes={"ids": shape, "features": shape, "mask": shape},
            opset_version=args.opset,
            dynamo=True,
            external_data=False,
        )
        quantize_dynamic(plain, packed, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul", "Gemm"])
    expected = Windows(windows).logits
    for name, system, path in (("PyTorch", "torch", None), ("ONNX f32", "onnx", plain), ("ONNX int8", "onnx", packed)):
        given = argparse.Namespace(model=args.model, windows=windows, batch=16, threads=2, onnx=path)
        logits = np.concatenate(PASSES[system](given)())
        same = (logits.argmax(-1) == expected.argmax(-1)).mean()
        tagged = (expected.argmax(-1) > 0) | (logits.argmax(-1) > 0)
        named = (logits.argmax(-1) == expected.argmax(-1))[tagged].mean()
        furthest = np.abs(logits - expected).max()
        print(f"{name}: logits within {furthest:.1e} of jalon's, same best tag for {100 * same:.2f} % of the words, "
              f"{100 * named:.2f} % of those tagged by either", file=sys.stderr)
    return plain, packed


def workers_of(args, threads, windows, onnx):
    """Every system, once for each size of batch; commands by name."""
    me = [sys.executable, HERE, "serve", "--threads", threads, "--model", args.model]
    rust = [args.bench, "serve"]
    systems = {}
    for batch in BATCHES:
        ours = [args.model, args.texts, threads, batch]
        with_windows = [*me, "--windows", windows, "--batch", batch, "--system"]
        systems["jalon, f32", batch] = [*rust, "packed", *ours]
        systems["jalon, int8", batch] = [*rust, "int8", *ours]
        systems["ONNX Runtime f32", batch] = [*with_windows, "onnx", "--onnx", onnx[0]]
        systems["ONNX Runtime int8", batch] = [*with_windows, "onnx", "--onnx", onnx[1]]
        systems["PyTorch eager", batch] = [*with_windows, "torch"]
        systems["stock candle", batch] = [*rust, "stock", *ours]
        systems["jalon, text to mentions", batch] = [*rust, "tag", *ours]
    for pipeline in args.spacy:
        spacy = [*me[:2], "serve", "--threads", threads, "--texts", args.texts, "--batch", 64]
        systems[f"spaCy {pathlib.Path(pipeline).name}", 64] = [*spacy, "--system", "spacy", "--pipeline", pipeline]
    return systems


def tag(args):
    """Writes the table of inference."""
    windows = dump(args)
    onnx = export(args, windows)
    n_words = sum(len(json.loads(line)["text"].split()) for line in args.texts.read_text(encoding="utf-8").splitlines())
    n_tokens = len(Windows(windows).ids)
    print(f"\n{n_words} words between spaces; {n_tokens} tokens in windows:\n")
    medians = {}
    for threads in args.threads:
        ready = {key: Worker(key[0], command, threads) for key, command in workers_of(args, threads, windows, onnx).items()}
        # One round with every size of batch; each system goes on with its best.
        for worker in ready.values():
            worker.turn()
        best = {}
        for (name, batch), worker in ready.items():
            other = best.get(name)
            if other is None or worker.median() < ready[name, other].median():
                best[name] = batch
        for key, worker in ready.items():
            if best[key[0]] != key[1]:
                worker.end()
        for _ in range(args.rounds):
            for name, batch in best.items():
                ready[name, batch].turn()
        for name, batch in best.items():
            worker = ready[name, batch]
            worker.measures = worker.measures[1:]
            medians[name, threads] = (worker.median(), batch)
            worker.end()
    rows = [["system", "threads", "batch", "tokens/s", "words/s", "jalon f32 is faster by", "jalon int8 is faster by"]]
    rows.append(["---"] * len(rows[0]))
    for name, threads in sorted(medians, key=lambda key: key[1]):
        seconds, batch = medians[name, threads]
        whole = "spaCy" in name or "mentions" in name
        ours = ["", "jalon, text to mentions"] if whole else ["jalon, f32", "jalon, int8"]
        ratios = [f"{seconds / medians[own, threads][0]:.2f}" if own else "" for own in ours]
        rows.append([name, threads, batch, f"{n_tokens / seconds:.0f}", f"{n_words / seconds:.0f}", *ratios])
    print("\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows))


SETTINGS = """\
init = {model}
window_tokens = 256
window_overlap = 64
smoothing = 0.05
evaluate_every = 1000

[run]
out = {out}
seed = 1
steps = {steps}
batch_tokens = 4096
learning_rate = 8e-4
warmup = 150
weight_decay = 0.05
dropout = 0.15
mean_decay = 0.998
checkpoint_seconds = 3600
shards = {threads}

[[labels]]
path = {texts}
weight = 1.0
"""


def jalon_training(args, threads):
    """Tokens a second that `jalon train` says after `steps` steps."""
    out = args.work / f"train-{threads}"
    values = {"model": args.model, "out": out, "texts": args.texts}
    values = {name: json.dumps(str(path.absolute())) for name, path in values.items()}
    config = args.work / f"train-{threads}.toml"
    config.write_text(SETTINGS.format(**values, steps=args.steps + 1, threads=threads))
    subprocess.run(["rm", "-rf", out], check=True)
    subprocess.run([args.jalon, "train", "--quiet", "--threads", str(threads), "--config", config], check=True)
    lines = map(json.loads, (out / "log.jsonl").read_text().splitlines())
    return next(line["tokens_per_second"] for line in lines if line["step"] == args.steps)


def train(args):
    """Writes the table of training."""
    windows = dump(args)
    print("| threads | jalon, tokens/s | PyTorch eager, tokens/s | jalon is faster by |\n| --- | --- | --- | --- |")
    for threads in args.threads:
        me = [sys.executable, HERE, "serve", "--system", "training", "--threads", threads, "--model", args.model]
        rival = Worker("PyTorch", [*me, "--windows", windows, "--steps", args.steps], threads)
        ours = []
        for _ in range(args.rounds):
            ours.append(jalon_training(args, threads))
            rival.turn()
        theirs = rival.median()
        rival.end()
        ours = statistics.median(ours)
        print(f"| {threads} | {ours:.0f} | {theirs:.0f} | {ours / theirs:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    for name, verb in (("tag", tag), ("train", train), ("serve", serve)):
        sub = verbs.add_parser(name, help=verb.__doc__)
        sub.set_defaults(verb=verb)
        sub.add_argument("--model", type=pathlib.Path, help="model folder")
        sub.add_argument("--texts", type=pathlib.Path, help="JSON Lines with a `text`")
        if name == "serve":
            sub.add_argument("--system", choices=PASSES)
            sub.add_argument("--windows", type=pathlib.Path)
            sub.add_argument("--onnx", type=pathlib.Path)
            sub.add_argument("--pipeline")
            sub.add_argument("--threads", type=int)
            sub.add_argument("--batch", type=int)
        else:
            sub.add_argument("--bench", required=True, help="the program of `benches/encoder.rs`")
            sub.add_argument("--work", required=True, type=pathlib.Path, help="folder for what is made on the way")
            sub.add_argument("--threads", type=int, nargs="+", default=[1, 2])
            sub.add_argument("--rounds", type=int, default=5)
        if name == "tag":
            sub.add_argument("--spacy", nargs="*", default=[], metavar="PIPELINE",
                             help="pipelines to measure too, whole, or `NAME:ner` for their entity recogniser alone")
            sub.add_argument("--opset", type=int, default=23, help="of the ONNX model")
        if name == "train":
            sub.add_argument("--jalon", default="jalon", help="the program (default: found in PATH)")
        if name != "tag":
            sub.add_argument("--steps", type=int, default=20, help="a multiple of 20, as jalon reports")
    args = parser.parse_args()
    if args.verb is not serve:
        args.work.mkdir(parents=True, exist_ok=True)
    args.verb(args)


if __name__ == "__main__":
    main()
