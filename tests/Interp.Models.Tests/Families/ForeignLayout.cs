using System.Buffers.Binary;
using System.Text.Json;
using Interp.Files;

namespace Interp.Models.Tests.Families;

/// <summary>Writes models as other libraries do, element by element: independent of the mappings that are tested.</summary>
internal static class ForeignLayout
{
    /// <summary>[a, b] → [b, a]</summary>
    public static Tensor Transposed(Tensor x) => Make([x.Shape[1], x.Shape[0]], i => x[i[1], i[0]]);

    /// <summary>[head, d_model, d_head] → [head · d_head, d_model]</summary>
    public static Tensor Rows(Tensor w) => Make([w.Shape[0] * w.Shape[2], w.Shape[1]], i => w[i[0] / w.Shape[2], i[1], i[0] % w.Shape[2]]);

    /// <summary>[head, d_head, d_model] → [d_model, head · d_head]</summary>
    public static Tensor Columns(Tensor w) => Make([w.Shape[2], w.Shape[0] * w.Shape[1]], i => w[i[1] / w.Shape[1], i[1] % w.Shape[1], i[0]]);

    /// <summary>[head, d_head] → [head · d_head]</summary>
    public static Tensor Flat(Tensor b) => Make([b.Shape[0] * b.Shape[1]], i => b[i[0] / b.Shape[1], i[0] % b.Shape[1]]);

    public static Dictionary<string, Tensor> Gpt2(HookedTransformer model, string prefix)
    {
        IReadOnlyDictionary<string, Tensor> p = model.Parameters;
        Dictionary<string, Tensor> t = new() { [prefix + "wte.weight"] = p["embed.W_E"], [prefix + "wpe.weight"] = p["pos_embed.W_pos"] };
        int width = model.Config.DModel, size = model.Config.DHead;
        for (int l = 0; l < model.Config.Layers; l++)
        {
            string h = $"{prefix}h.{l}.", b = $"blocks.{l}.";
            Norms(t, p, h + "ln_1", b + "ln1");
            Norms(t, p, h + "ln_2", b + "ln2");
            // Columns: all queries, then all keys, then all values, each head by head.
            t[h + "attn.c_attn.weight"] = Make([width, 3 * width], i => p[b + "attn.W_" + "QKV"[i[1] / width]][i[1] % width / size, i[0], i[1] % size]);
            t[h + "attn.c_attn.bias"] = Make([3 * width], i => p[b + "attn.b_" + "QKV"[i[0] / width]][i[0] % width / size, i[0] % size]);
            t[h + "attn.c_proj.weight"] = Transposed(Columns(p[b + "attn.W_O"]));
            t[h + "attn.c_proj.bias"] = p[b + "attn.b_O"];
            t[h + "attn.bias"] = Tensor.Zeros(1, 1, 4, 4);
            t[h + "mlp.c_fc.weight"] = p[b + "mlp.W_in"];
            t[h + "mlp.c_fc.bias"] = p[b + "mlp.b_in"];
            t[h + "mlp.c_proj.weight"] = p[b + "mlp.W_out"];
            t[h + "mlp.c_proj.bias"] = p[b + "mlp.b_out"];
        }
        Norms(t, p, prefix + "ln_f", "ln_final");
        return t;
    }

    public static Dictionary<string, Tensor> GptNeo(HookedTransformer model)
    {
        IReadOnlyDictionary<string, Tensor> p = model.Parameters;
        Dictionary<string, Tensor> t = new() { ["transformer.wte.weight"] = p["embed.W_E"], ["transformer.wpe.weight"] = p["pos_embed.W_pos"] };
        for (int l = 0; l < model.Config.Layers; l++)
        {
            string h = $"transformer.h.{l}.", b = $"blocks.{l}.";
            Norms(t, p, h + "ln_1", b + "ln1");
            Norms(t, p, h + "ln_2", b + "ln2");
            t[h + "attn.attention.q_proj.weight"] = Rows(p[b + "attn.W_Q"]);
            t[h + "attn.attention.k_proj.weight"] = Rows(p[b + "attn.W_K"]);
            t[h + "attn.attention.v_proj.weight"] = Rows(p[b + "attn.W_V"]);
            t[h + "attn.attention.out_proj.weight"] = Columns(p[b + "attn.W_O"]);
            t[h + "attn.attention.out_proj.bias"] = p[b + "attn.b_O"];
            t[h + "mlp.c_fc.weight"] = Transposed(p[b + "mlp.W_in"]);
            t[h + "mlp.c_fc.bias"] = p[b + "mlp.b_in"];
            t[h + "mlp.c_proj.weight"] = Transposed(p[b + "mlp.W_out"]);
            t[h + "mlp.c_proj.bias"] = p[b + "mlp.b_out"];
        }
        Norms(t, p, "transformer.ln_f", "ln_final");
        return t;
    }

    public static Dictionary<string, Tensor> GptNeoX(HookedTransformer model)
    {
        IReadOnlyDictionary<string, Tensor> p = model.Parameters;
        Dictionary<string, Tensor> t = new() { ["gpt_neox.embed_in.weight"] = p["embed.W_E"], ["embed_out.weight"] = Transposed(p["unembed.W_U"]) };
        int width = model.Config.DModel, size = model.Config.DHead;
        for (int l = 0; l < model.Config.Layers; l++)
        {
            string h = $"gpt_neox.layers.{l}.", b = $"blocks.{l}.";
            Norms(t, p, h + "input_layernorm", b + "ln1");
            Norms(t, p, h + "post_attention_layernorm", b + "ln2");
            // Rows: head by head its query, its key, its value.
            t[h + "attention.query_key_value.weight"] = Make([3 * width, width], i => p[b + "attn.W_" + "QKV"[i[0] / size % 3]][i[0] / (3 * size), i[1], i[0] % size]);
            t[h + "attention.query_key_value.bias"] = Make([3 * width], i => p[b + "attn.b_" + "QKV"[i[0] / size % 3]][i[0] / (3 * size), i[0] % size]);
            t[h + "attention.dense.weight"] = Columns(p[b + "attn.W_O"]);
            t[h + "attention.dense.bias"] = p[b + "attn.b_O"];
            t[h + "attention.rotary_emb.inv_freq"] = Tensor.Zeros(1);
            t[h + "mlp.dense_h_to_4h.weight"] = Transposed(p[b + "mlp.W_in"]);
            t[h + "mlp.dense_h_to_4h.bias"] = p[b + "mlp.b_in"];
            t[h + "mlp.dense_4h_to_h.weight"] = Transposed(p[b + "mlp.W_out"]);
            t[h + "mlp.dense_4h_to_h.bias"] = p[b + "mlp.b_out"];
        }
        Norms(t, p, "gpt_neox.final_layer_norm", "ln_final");
        return t;
    }

    public static Dictionary<string, Tensor> Llama(HookedTransformer model)
    {
        IReadOnlyDictionary<string, Tensor> p = model.Parameters;
        string g = model.Config.GroupedQueries ? "_" : "";
        Dictionary<string, Tensor> t = new() { ["model.embed_tokens.weight"] = p["embed.W_E"], ["model.norm.weight"] = p["ln_final.w"] };
        if (!model.Config.TiedEmbeddings) t["lm_head.weight"] = Transposed(p["unembed.W_U"]);
        for (int l = 0; l < model.Config.Layers; l++)
        {
            string h = $"model.layers.{l}.", b = $"blocks.{l}.";
            t[h + "input_layernorm.weight"] = p[b + "ln1.w"];
            t[h + "post_attention_layernorm.weight"] = p[b + "ln2.w"];
            foreach ((string foreign, string own) in new[] { ("q", "W_Q"), ("k", g + "W_K"), ("v", g + "W_V") })
            {
                t[$"{h}self_attn.{foreign}_proj.weight"] = Rows(p[b + "attn." + own]);
                if (model.Config.QkvBias) t[$"{h}self_attn.{foreign}_proj.bias"] = Flat(p[b + "attn." + own.Replace('W', 'b')]);
            }
            t[h + "self_attn.o_proj.weight"] = Columns(p[b + "attn.W_O"]);
            t[h + "mlp.gate_proj.weight"] = Transposed(p[b + "mlp.W_gate"]);
            t[h + "mlp.up_proj.weight"] = Transposed(p[b + "mlp.W_in"]);
            t[h + "mlp.down_proj.weight"] = Transposed(p[b + "mlp.W_out"]);
        }
        return t;
    }

    /// <summary>A llama2.c file of version 0 or 1.</summary>
    public static byte[] Llama2C(HookedTransformer model, int version)
    {
        TransformerConfig c = model.Config;
        IReadOnlyDictionary<string, Tensor> p = model.Parameters;
        string g = c.GroupedQueries ? "_" : "";
        List<int> header = [c.DModel, c.DMlp, c.Layers, c.Heads, c.KeyValueHeads, version == 0 && !c.TiedEmbeddings ? -c.Vocabulary : c.Vocabulary, c.Context];
        if (version == 1) header.InsertRange(0, [0x616b3432, 1]);
        List<byte> bytes = [.. header.SelectMany(BitConverter.GetBytes)];
        if (version == 1)
        {
            bytes.Add((byte)(c.TiedEmbeddings ? 1 : 0));
            bytes.AddRange(new byte[256 - bytes.Count]);
        }
        void Add(Tensor t) => bytes.AddRange(System.Runtime.InteropServices.MemoryMarshal.AsBytes(t.Span));
        void Each(Func<string, Tensor> of)
        {
            for (int l = 0; l < c.Layers; l++) Add(of($"blocks.{l}."));
        }
        if (version == 0) Add(p["embed.W_E"]);
        Each(b => p[b + "ln1.w"]);
        if (version == 1)
        {
            Each(b => p[b + "ln2.w"]);
            Add(p["ln_final.w"]);
            Add(p["embed.W_E"]);
        }
        Each(b => Rows(p[b + "attn.W_Q"]));
        Each(b => Rows(p[$"{b}attn.{g}W_K"]));
        Each(b => Rows(p[$"{b}attn.{g}W_V"]));
        Each(b => Columns(p[b + "attn.W_O"]));
        if (version == 0) Each(b => p[b + "ln2.w"]);
        Each(b => Transposed(p[b + "mlp.W_gate"]));
        Each(b => Transposed(p[b + "mlp.W_out"]));
        Each(b => Transposed(p[b + "mlp.W_in"]));
        if (version == 0)
        {
            Add(p["ln_final.w"]);
            Add(Tensor.Zeros(c.Context, c.DHead / 2));
            Add(Tensor.Zeros(c.Context, c.DHead / 2));
        }
        if (!c.TiedEmbeddings) Add(Transposed(p["unembed.W_U"]));
        return [.. bytes];
    }

    /// <summary>Writes a folder.</summary>
    public static void Write(string folder, object config, Dictionary<string, Tensor> tensors)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), JsonSerializer.Serialize(config));
        SafetensorsFile.Save(Path.Combine(folder, "model.safetensors"), tensors);
    }

    private static void Norms(Dictionary<string, Tensor> t, IReadOnlyDictionary<string, Tensor> p, string foreign, string own)
    {
        t[foreign + ".weight"] = p[own + ".w"];
        t[foreign + ".bias"] = p[own + ".b"];
    }

    private static Tensor Make(int[] shape, Func<int[], float> element)
    {
        Tensor result = Tensor.Zeros(shape);
        int[] index = new int[shape.Length];
        for (int flat = 0; flat < result.Length; flat++)
        {
            for (int axis = shape.Length - 1, rest = flat; axis >= 0; rest /= shape[axis--]) index[axis] = rest % shape[axis];
            result.Span[flat] = element(index);
        }
        return result;
    }
}
