"""jalon's encoder and its main head in PyTorch, from a model folder; for `speed.py`."""

import json
import pathlib

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

EPSILON = 1e-6


class Layer(nn.Module):
    """A pre-norm layer: attention with rotary positions, then a feed-forward with squared ReLU; no biases."""

    def __init__(self, config):
        super().__init__()
        width, hidden = config["width"], config["ffn_width"]
        self.n_heads = config["n_heads"]
        self.attention = nn.ModuleDict(
            {"qkv": nn.Linear(width, 3 * width, bias=False), "out": nn.Linear(width, width, bias=False)}
        )
        self.ffn = nn.ModuleDict(
            {"up": nn.Linear(width, hidden, bias=False), "down": nn.Linear(hidden, width, bias=False)}
        )
        self.attention_norm = nn.Parameter(torch.ones(width))
        self.ffn_norm = nn.Parameter(torch.ones(width))

    def forward(self, x, mask, sin, cos, dropout):
        batch, length, width = x.shape
        qkv = self.attention["qkv"](F.rms_norm(x, (width,), self.attention_norm, EPSILON))
        q, k, v = qkv.view(batch, length, 3, self.n_heads, -1).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(rotate(q, sin, cos), rotate(k, sin, cos), v, attn_mask=mask)
        mixed = mixed.transpose(1, 2).reshape(batch, length, width)
        x = x + F.dropout(self.attention["out"](mixed), dropout, dropout > 0)
        hidden = F.relu(self.ffn["up"](F.rms_norm(x, (width,), self.ffn_norm, EPSILON))).square()
        return x + F.dropout(self.ffn["down"](hidden), dropout, dropout > 0)


def rotate(x, sin, cos):
    """Rotary positions on the halves of each head: `x` `[batch, heads, length, width]`."""
    low, high = x.chunk(2, -1)
    return torch.cat((low * cos - high * sin, high * cos + low * sin), -1)


class Encoder(nn.Module):
    """Sub-word and feature ids to tag logits of every token; padded tokens carry no meaning."""

    def __init__(self, config):
        super().__init__()
        main = next(head for head in config["heads"] if head["name"] == "main")
        self.ids = nn.Embedding(config["n_ids"], config["width"])
        self.features = nn.Embedding(config["n_features"], config["width"])
        self.layers = nn.ModuleList(Layer(config) for _ in range(config["n_layers"]))
        self.final_norm = nn.Parameter(torch.ones(config["width"]))
        self.head = nn.Linear(config["width"], 1 + 2 * len(main["labels"]), bias=False)
        half = config["width"] // config["n_heads"] // 2
        frequencies = 10_000.0 ** (-torch.arange(half, dtype=torch.float64) / half)
        angles = torch.arange(config["max_tokens"], dtype=torch.float64)[:, None] * frequencies
        self.register_buffer("sin", angles.sin().float())
        self.register_buffer("cos", angles.cos().float())

    @classmethod
    def load(cls, folder):
        """Reads a folder as `jalon train` writes it."""
        folder = pathlib.Path(folder)
        encoder = cls(json.loads((folder / "config.json").read_text()))
        stored = load_file(folder / "model.safetensors")
        names = {"embeddings.ids": "ids.weight", "embeddings.features": "features.weight", "final_norm": "final_norm"}
        names["heads.main"] = "head.weight"
        for i in range(len(encoder.layers)):
            for kind in ("attention", "ffn"):
                names[f"layers.{i}.{kind}.norm"] = f"layers.{i}.{kind}_norm"
            for matrix in ("attention.qkv", "attention.out", "ffn.up", "ffn.down"):
                names[f"layers.{i}.{matrix}"] = f"layers.{i}.{matrix}.weight"
        weights = {ours: stored[theirs].float() for theirs, ours in names.items()}
        encoder.load_state_dict(weights | {"sin": encoder.sin, "cos": encoder.cos})
        return encoder

    def forward(self, ids, features, mask, dropout=0.0):
        """`ids` `[batch, length]`, `features` `[batch, length, 5]`, `mask` `[batch, length]`, true where there is a
        token; returns `[batch, length, tags]`."""
        sin, cos = self.sin[: ids.shape[1]], self.cos[: ids.shape[1]]
        x = F.dropout(self.ids(ids) + self.features(features).sum(-2), dropout, dropout > 0)
        # Spelled out for each query: ONNX Runtime asks for it.
        mask = mask[:, None, None, :].expand(-1, -1, ids.shape[1], -1)
        for layer in self.layers:
            x = layer(x, mask, sin, cos, dropout)
        x = F.rms_norm(x, self.final_norm.shape, self.final_norm, EPSILON)
        return self.head(F.dropout(x, dropout, dropout > 0))
