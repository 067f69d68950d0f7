namespace Interp.Models.Tests;

public class SmearedKeyTests
{
    /// <summary>One head without norm and positions whose queries and keys are the one-hot tokens themselves, scaled.</summary>
    private static HookedTransformer Matching(float alpha)
    {
        const int V = 6;
        TransformerConfig config = new()
        {
            Layers = 1,
            DModel = V,
            Heads = 1,
            DHead = V,
            Vocabulary = V,
            Context = 12,
            Norm = NormKind.None,
            Positions = PositionKind.None,
            SmearedKeys = true,
            QkvBias = false,
            AttentionOutputBias = false,
            UnembedBias = false,
        };
        Tensor identity = Tensor.Zeros(V, V);
        for (int i = 0; i < V; i++) identity[i, i] = 1;
        Tensor sharp = (identity * 100).Reshape(1, V, V), same = identity.Reshape(1, V, V);
        return new HookedTransformer(config, new Dictionary<string, Tensor>
        {
            ["embed.W_E"] = identity,
            ["unembed.W_U"] = identity,
            ["blocks.0.attn.W_Q"] = sharp,
            ["blocks.0.attn.W_K"] = same,
            ["blocks.0.attn.W_V"] = same,
            ["blocks.0.attn.W_O"] = same,
            ["blocks.0.attn.smear"] = Tensor.Full(alpha, 1),
        });
    }

    [Fact]
    public void With_keys_smeared_fully_one_layer_attends_to_what_followed_the_token_before()
    {
        // σ(−50) = 0: the key at j is the token at j − 1, so a query finds the successor of its own token's earlier occurrence: an induction head.
        Tensor pattern = Matching(-50).RunWithCache(new[] { 4, 1, 2, 3, 1 }, ["*.hook_pattern"]).Cache.Pattern(0);
        Assert.Equal(1, pattern[0, 0, 4, 2], 1e-6f);
    }

    [Fact]
    public void With_keys_left_alone_it_attends_to_the_token_itself()
    {
        Tensor pattern = Matching(50).RunWithCache(new[] { 4, 1, 2, 3, 1 }, ["*.hook_pattern"]).Cache.Pattern(0);
        Assert.Equal(0.5f, pattern[0, 0, 4, 1], 1e-6f);
        Assert.Equal(0.5f, pattern[0, 0, 4, 4], 1e-6f);
    }

    [Fact]
    public void Smeared_keys_mix_with_the_key_before_and_the_first_stays()
    {
        Tensor keys = Matching(MathF.Log(3)).RunWithCache(new[] { 4, 1, 2 }, ["*.hook_smeared_k"]).Cache["blocks.0.attn.hook_smeared_k"];
        // σ(ln 3) = 3/4
        Assert.Equal([0, 0, 0, 0, 1, 0], keys.Span[..6].ToArray());
        Assert.Equal([0, 0.75f, 0, 0, 0.25f, 0], keys.Span[6..12].ToArray().Select(k => MathF.Round(k, 5)));
        Assert.Equal([0, 0.25f, 0.75f, 0, 0, 0], keys.Span[12..].ToArray().Select(k => MathF.Round(k, 5)));
    }

    [Fact]
    public void Keys_smeared_by_nothing_give_the_vanilla_model()
    {
        HookedTransformer vanilla = SmallModels.Random();
        Dictionary<string, Tensor> parameters = vanilla.Parameters.ToDictionary(p => p.Key, p => p.Value);
        for (int l = 0; l < 2; l++) parameters[$"blocks.{l}.attn.smear"] = Tensor.Full(60, 2);
        Tokens tokens = SmallModels.Tokens(2, 8);
        Agreement.Assert("logits", vanilla.Run(tokens), new HookedTransformer(vanilla.Config with { SmearedKeys = true }, parameters).Run(tokens), 1e-6);
    }
}
