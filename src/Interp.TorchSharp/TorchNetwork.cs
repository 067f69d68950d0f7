using Interp.Blocks;
using TorchSharp;
using Torch = TorchSharp.torch;

namespace Interp;

/// <summary>The forward pass in TorchSharp's operations, one formula a line, with the hook points of <see cref="HookedTransformer"/>.</summary>
internal sealed class TorchNetwork
{
    private readonly TransformerConfig _config;
    private readonly Torch.Device _device;
    private readonly Dictionary<string, Torch.Tensor> _weights;
    private readonly Rotation? _rotation;
    private readonly string _grouped;

    public TorchNetwork(TransformerConfig config, IReadOnlyDictionary<string, Tensor> parameters, Torch.Device device)
    {
        (_config, _device) = (config, device);
        _weights = parameters.ToDictionary(p => p.Key, p => p.Value.ShareWithTorch(device).DetachFromDisposeScope());
        _rotation = config.Positions == PositionKind.Rotary ? new Rotation(config) : null;
        _grouped = config.GroupedQueries ? "_" : "";
    }

    public Torch.Tensor Embed(Tokens tokens, TorchPass pass)
    {
        Torch.Tensor x = pass.At("hook_embed", _weights["embed.W_E"][Indices(tokens)]);                    // [b, p, d]
        return _config.Positions == PositionKind.Learned ? x + Positions(tokens.Batch, tokens.Positions, pass) : x;
    }

    public Torch.Tensor Blocks(Torch.Tensor x, int start, int stop, bool fromMid, TorchPass pass)          // x [b, p, d]
    {
        int batch = (int)x.shape[0], positions = (int)x.shape[1];
        Torch.Tensor? shortformer = _config.Positions == PositionKind.Shortformer ? Positions(batch, positions, pass) : null;
        Turn? turn = _rotation is null ? null : TurnOf(_rotation, positions);
        for (int l = start; l < stop; l++)
        {
            AmbientCancellation.ThrowIfRequested();
            string b = $"blocks.{l}.";
            Torch.Tensor mid = x;
            if (!(fromMid && l == start))
            {
                x = pass.At(b + "hook_resid_pre", x);
                mid = x + pass.At(b + "hook_attn_out", Attention(Norm(b + "ln1.", x, pass), shortformer, turn, l, pass));
            }
            if (_config.AttentionOnly) x = mid;
            else if (_config.ParallelBlocks) x = mid + MlpOut(b, x, pass);
            else
            {
                mid = pass.At(b + "hook_resid_mid", mid);
                x = mid + MlpOut(b, mid, pass);
            }
            x = pass.At(b + "hook_resid_post", x);
        }
        return x;
    }

    public Torch.Tensor Unembed(Torch.Tensor x, TorchPass pass)                                            // [b, p, d] → [b, p, V]
    {
        Torch.Tensor unembedding = _config.TiedEmbeddings ? _weights["embed.W_E"].t() : _weights["unembed.W_U"];
        return Biased(Norm("ln_final.", x, pass).matmul(unembedding), "unembed.b_U");
    }

    /// <summary>−log softmax(logits)[next token]: [b, p, V] → [b, p − 1].</summary>
    public Torch.Tensor Losses(Torch.Tensor logits, Tokens tokens)
    {
        int n = tokens.Positions - 1;
        Torch.Tensor next = Indices(tokens).narrow(1, 1, n).unsqueeze(-1);                                 // [b, p − 1, 1]
        return -Torch.nn.functional.log_softmax(logits.narrow(1, 0, n), -1).gather(-1, next).squeeze(-1);
    }

    private Torch.Tensor Indices(Tokens tokens) =>
        Torch.tensor(Array.ConvertAll(tokens.Ids.ToArray(), id => (long)id), [tokens.Batch, tokens.Positions], device: _device);

    private Torch.Tensor Positions(int batch, int positions, TorchPass pass) =>
        pass.At("hook_pos_embed", _weights["pos_embed.W_pos"].narrow(0, 0, positions).expand(batch, -1, -1));

    private Torch.Tensor Biased(Torch.Tensor x, string bias) => _weights.TryGetValue(bias, out Torch.Tensor? b) ? x + b : x;

    private Torch.Tensor Norm(string prefix, Torch.Tensor x, TorchPass pass)
    {
        if (_config.Norm == NormKind.None) return x;
        bool rms = _config.Norm is NormKind.Rms or NormKind.RmsPre;
        if (!rms) x -= x.mean([-1], keepdim: true);
        Torch.Tensor normalized = x / pass.At(prefix + "hook_scale", (x.square().mean([-1], keepdim: true) + _config.NormEps).sqrt()); // [b, p, 1]
        // An RMS norm is looked at before its gain.
        if (rms) normalized = pass.At(prefix + "hook_normalized", normalized);
        if (_weights.TryGetValue(prefix + "w", out Torch.Tensor? w)) normalized = Biased(normalized * w, prefix + "b");
        return rms ? normalized : pass.At(prefix + "hook_normalized", normalized);
    }

    private Torch.Tensor Attention(Torch.Tensor x, Torch.Tensor? positions, Turn? turn, int layer, TorchPass pass) // [b, p, d] → [b, p, d]
    {
        string a = $"blocks.{layer}.attn.";
        Torch.Tensor qk = positions is null ? x : x + positions;
        Torch.Tensor Projected(Torch.Tensor input, string matrix, string bias) => Biased(Torch.einsum("bpd,hde->bphe", input, _weights[a + matrix]), a + bias);
        Torch.Tensor q = pass.At(a + "hook_q", Projected(qk, "W_Q", "b_Q"));                               // [b, q, h, e]
        Torch.Tensor k = pass.At(a + "hook_k", Projected(qk, _grouped + "W_K", _grouped + "b_K"));         // [b, k, kv, e]
        Torch.Tensor v = pass.At(a + "hook_v", Projected(x, _grouped + "W_V", _grouped + "b_V"));          // [b, k, kv, e]
        if (_config.SmearedKeys) k = pass.At(a + "hook_smeared_k", Smeared(k, _weights[a + "smear"]));
        if (turn is not null)
        {
            q = pass.At(a + "hook_rot_q", Rotated(q, turn));
            k = pass.At(a + "hook_rot_k", Rotated(k, turn));
        }
        int queriesAKey = _config.Heads / _config.KeyValueHeads;
        if (queriesAKey > 1) (k, v) = (k.repeat_interleave(queriesAKey, 2), v.repeat_interleave(queriesAKey, 2));
        double scale = (_config.AttentionScale ?? Math.Sqrt(_config.DHead)) * (_config.ScaleAttentionByInverseLayer ? layer + 1 : 1);
        Torch.Tensor scores = Torch.einsum("bqhe,bkhe->bhqk", q, k) / scale;
        scores = pass.At(a + "hook_attn_scores", scores.masked_fill(Future(x.shape[1]), float.NegativeInfinity)); // [b, h, q, k]
        Torch.Tensor pattern = pass.At(a + "hook_pattern", scores.softmax(-1));
        Torch.Tensor z = pass.At(a + "hook_z", Torch.einsum("bhqk,bkhe->bqhe", pattern, v));
        if (!pass.Wants(a + "hook_result")) return Biased(Torch.einsum("bphe,hed->bpd", z, _weights[a + "W_O"]), a + "b_O");
        return Biased(pass.At(a + "hook_result", Torch.einsum("bphe,hed->bphd", z, _weights[a + "W_O"])).sum(2), a + "b_O");
    }

    private Torch.Tensor Future(long positions) => Torch.ones([positions, positions], Torch.ScalarType.Bool, _device).triu(1);

    /// <summary>σ(α) k_j + (1 − σ(α)) k_{j−1}, the first unchanged.</summary>
    private static Torch.Tensor Smeared(Torch.Tensor k, Torch.Tensor alpha)                                // [b, k, kv, e], [kv]
    {
        long n = k.shape[1];
        Torch.Tensor share = alpha.sigmoid().unsqueeze(-1);                                                // [kv, 1]
        return Torch.cat([k.narrow(1, 0, 1), share * k.narrow(1, 1, n - 1) + (1 - share) * k.narrow(1, 0, n - 1)], 1);
    }

    /// <summary>The cosines and sines that a run's queries and keys are turned by, each [p, 1, dims/2].</summary>
    private sealed record Turn(Torch.Tensor Cos, Torch.Tensor Sin);

    private Turn TurnOf(Rotation rotation, int positions)
    {
        (Tensor cos, Tensor sin) = rotation.Tables(0, positions);
        return new Turn(cos.ToTorch(_device).unsqueeze(1), sin.ToTorch(_device).unsqueeze(1));
    }

    private Torch.Tensor Rotated(Torch.Tensor x, Turn turn)                                                // [b, p, h, e]
    {
        (Torch.Tensor cos, Torch.Tensor sin) = turn;
        long half = cos.shape[2], rest = x.shape[3] - 2 * half;
        Torch.Tensor turned = x.narrow(3, 0, 2 * half);
        if (_config.RotaryLayout == RotaryLayout.AdjacentPairs)
        {
            Torch.Tensor pairs = turned.unflatten(3, half, 2);                                             // [b, p, h, dims/2, 2]
            (Torch.Tensor first, Torch.Tensor second) = (pairs.select(4, 0), pairs.select(4, 1));
            turned = Torch.stack([first * cos - second * sin, first * sin + second * cos], 4).flatten(3);
        }
        else
        {
            (Torch.Tensor first, Torch.Tensor second) = (turned.narrow(3, 0, half), turned.narrow(3, half, half));
            turned = Torch.cat([first * cos - second * sin, first * sin + second * cos], 3);
        }
        return rest == 0 ? turned : Torch.cat([turned, x.narrow(3, 2 * half, rest)], 3);
    }

    private Torch.Tensor MlpOut(string block, Torch.Tensor x, TorchPass pass) =>
        pass.At(block + "hook_mlp_out", Mlp(block + "mlp.", Norm(block + "ln2.", x, pass), pass));

    private Torch.Tensor Mlp(string m, Torch.Tensor x, TorchPass pass)                                     // [b, p, d] → [b, p, d]
    {
        Torch.Tensor post;
        if (_config.GatedMlp)
        {
            Torch.Tensor gate = Activated(pass.At(m + "hook_pre", x.matmul(_weights[m + "W_gate"])));      // [b, p, m]
            post = Biased(gate * pass.At(m + "hook_pre_linear", x.matmul(_weights[m + "W_in"])), m + "b_in");
        }
        else post = Activated(pass.At(m + "hook_pre", Biased(x.matmul(_weights[m + "W_in"]), m + "b_in")));
        return Biased(pass.At(m + "hook_post", post).matmul(_weights[m + "W_out"]), m + "b_out");
    }

    private Torch.Tensor Activated(Torch.Tensor x) => _config.Activation switch
    {
        Activation.Relu => x.relu(),
        Activation.Gelu => x * 0.5f * (1 + (x / Math.Sqrt(2)).erf()),
        Activation.GeluTanh => x * 0.5f * (1 + (Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x.pow(3))).tanh()),
        Activation.Silu => x * x.sigmoid(),
        _ => x,
    };
}
