#!/usr/bin/env python3
"""The analyses of `Interp.Bench` in plain PyTorch, for its --peer: peer_analysis.py heads|attribution|copying|sweep [--threads N]. Prints "N s", the best of three.

GPT-2 small's shape with random weights. `sweep` times 4 of the 144 ablations (each a forward pass with one head's output zeroed) and multiplies.
"""
import os
import sys

threads = sys.argv[sys.argv.index("--threads") + 1] if "--threads" in sys.argv else "2"
flags = open("/proc/cpuinfo").read() if os.path.exists("/proc/cpuinfo") else ""
# OpenBLAS builds that do not know a newer processor fall back to their slowest kernels; waiting threads must not spin against its own.
os.environ.setdefault("OPENBLAS_CORETYPE", "Cooperlake" if " avx512_bf16" in flags else "SkylakeX" if " avx512bw" in flags else "Haswell")
os.environ.update(OMP_WAIT_POLICY="passive", OMP_NUM_THREADS=threads, OPENBLAS_NUM_THREADS=threads)

import math
import time

import torch
import torch.nn.functional as F

LAYERS, D, HEADS, WIDTH, MLP, VOCABULARY = 12, 768, 12, 64, 3072, 50257
torch.manual_seed(0)
torch.set_num_threads(int(threads))


def weight(*shape):
    return torch.randn(*shape) * 0.02


W_E, W_POS = weight(VOCABULARY, D), weight(1024, D)
BLOCKS = [dict(qkv=weight(D, 3 * D), out=weight(D, D), up=weight(D, MLP), down=weight(MLP, D)) for _ in range(LAYERS)]
MASK = torch.full((1024, 1024), float("-inf")).triu(1)


def norm(x):
    return F.layer_norm(x, (D,))


def run(tokens, at_z=None, at_pattern=None, unembed=True):
    b, t = tokens.shape
    x = W_E[tokens] + W_POS[:t]
    for layer, w in enumerate(BLOCKS):
        q, k, v = (norm(x) @ w["qkv"]).view(b, t, 3, HEADS, WIDTH).permute(2, 0, 3, 1, 4)
        pattern = (q @ k.transpose(-1, -2) / math.sqrt(WIDTH) + MASK[:t, :t]).softmax(-1)
        if at_pattern:
            at_pattern(layer, pattern)
        z = (pattern @ v).transpose(1, 2)
        if at_z:
            z = at_z(layer, z)
        x = x + z.reshape(b, t, D) @ w["out"]
        x = x + F.gelu(norm(x) @ w["up"]) @ w["down"]
    return norm(x) @ W_E.T if unembed else x


def heads():
    tokens = torch.cat([torch.full((4, 1), 50256), torch.randint(0, 50000, (4, 25)).repeat(1, 4)], 1)
    scores = {}
    with torch.no_grad():
        run(tokens, at_pattern=lambda layer, p: scores.__setitem__(layer, p.diagonal(-24, -2, -1).mean((0, -1))), unembed=False)


def attribution():
    clean, corrupt = torch.randint(0, VOCABULARY, (1, 256)), torch.randint(0, VOCABULARY, (1, 256))
    kept, leaves = {}, {}

    def keep(layer, z):
        kept[layer] = z
        return z

    def leaf(layer, z):
        leaves[layer] = z.detach().requires_grad_() if layer == 0 else z
        leaves[layer].retain_grad()
        return leaves[layer]

    with torch.no_grad():
        run(clean, at_z=keep, unembed=False)
    last = norm(run(corrupt, at_z=leaf, unembed=False)[:, -1]) @ (W_E[17] - W_E[42])
    last.sum().backward()
    return [((kept[l] - leaves[l].detach()) * leaves[l].grad).sum((0, 1, 3)) for l in range(LAYERS)]


def copying():
    tokens = torch.randint(0, VOCABULARY, (10, 25))
    zs, patterns = {}, {}
    with torch.no_grad():
        final = run(tokens, at_z=lambda l, z: zs.setdefault(l, z), at_pattern=lambda l, p: patterns.__setitem__(l, p), unembed=False)
        scale = final.std(-1, unbiased=False)
        directions = W_E[tokens] - W_E.mean(0)
        for l, w in enumerate(BLOCKS):
            results = torch.einsum("bqhe,hed->bqhd", zs[l], w["out"].view(HEADS, WIDTH, D))
            raised = torch.einsum("bqhd,bkd->bhqk", results - results.mean(-1, keepdim=True), directions).div(scale[:, None, :, None]).relu()
            2 * (raised * patterns[l]).sum((2, 3)) / raised.sum((2, 3)) - 1


def sweep():
    tokens = torch.randint(0, VOCABULARY, (1, 256))
    with torch.no_grad():
        for chosen in range(4):
            def zero(layer, z):
                if layer == 3 * chosen:
                    z = z.clone()
                    z[:, :, 5] = 0
                return z
            F.cross_entropy(run(tokens, at_z=zero)[0, :-1], tokens[0, 1:])


def timed(f):
    start = time.perf_counter()
    f()
    return time.perf_counter() - start


which = {"heads": heads, "attribution": attribution, "copying": copying, "sweep": sweep}[sys.argv[1]]
which()
best = min(timed(which) for _ in range(3))
print(f"{best * (36 if which is sweep else 1):.3f} s")
