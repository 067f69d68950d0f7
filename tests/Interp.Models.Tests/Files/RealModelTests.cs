using System.Text.Json;
using Interp.Files;
using Interp.Tests.Shared;

namespace Interp.Models.Tests.Files;

/// <summary>Published models with published numbers.</summary>
public class RealModelTests
{
    // Relative to a tensor's scale; the references are float64 kept as float32, the models 3 to 5 layers deep.
    private const double Tolerance = 1e-5;

    [Fact]
    public void Stories260K_tells_the_published_story()
    {
        ModelFile stories = ModelFile.Open(Optional.SharedPath("fixtures/models/stories260K/stories260K.bin"));
        Tokens told = stories.Model.Generate(new[] { stories.Tokenizer!.BosToken!.Value }, 200);
        Assert.Equal(File.ReadAllText(Optional.SharedPath("fixtures/models/stories260K/expected_greedy200.txt")), stories.Tokenizer.Decode(told.Row(0)[1..]));
    }

    [Theory]
    [InlineData("p0")]
    [InlineData("p1")]
    [InlineData("p2")]
    public void Stories260K_agrees_with_its_reference(string name)
    {
        ModelFile stories = ModelFile.Open(Optional.SharedPath("fixtures/models/stories260K/stories260K.bin"));
        SafetensorsFile reference = SafetensorsFile.Open(Optional.SharedPath($"fixtures/models/stories260K/{name}.safetensors"));
        Compare(stories.Model, reference, name => name switch
        {
            "pattern" => "blocks.*.attn.hook_pattern",
            _ when name.StartsWith("resid_", StringComparison.Ordinal) => $"blocks.{name[^1]}.hook_{name[..^2]}",
            _ when name.StartsWith("z.", StringComparison.Ordinal) => $"blocks.{name[^1]}.attn.hook_z",
            _ => null,
        });
    }

    [Fact]
    public void Stories260K_agrees_on_repeated_random_tokens()
    {
        HookedTransformer model = ModelFile.Open(Optional.SharedPath("fixtures/models/stories260K/stories260K.bin")).Model;
        SafetensorsFile reference = SafetensorsFile.Open(Optional.SharedPath("fixtures/models/stories260K/rep25x4.safetensors"));
        Tokens tokens = new([.. reference.Read("tokens").Span.ToArray().Select(id => (int)id)], 4, 101);
        Agreement.Assert("nll", reference.Read("nll"), model.Losses(tokens), Tolerance);
        ActivationCache cache = model.RunWithCache(tokens.Row(0).ToArray(), ["*.hook_pattern"]).Cache;
        for (int l = 0; l < 5; l++) Agreement.Assert($"pattern {l}", reference.Read("pattern").Select(0).Select(l), cache.Pattern(l).Select(0), Tolerance);
    }

    [Fact]
    public void Slm4096_opened_through_a_name_map_agrees_with_its_reference_and_recites_its_corpus()
    {
        ModelFile slm = ModelFile.Open(Optional.SharedPath("fixtures/models/slm4096/ckpt.pt"), nameMap: Map);
        SafetensorsFile reference = SafetensorsFile.Open(Optional.SharedPath("fixtures/models/slm4096/reference.safetensors"));
        Compare(slm.Model, reference, name => name switch
        {
            "pattern" => "blocks.*.attn.hook_pattern",
            "ln_f" => "ln_final.hook_normalized",
            _ when name.EndsWith("_ln1", StringComparison.Ordinal) => $"blocks.{name[0]}.ln1.hook_normalized",
            _ when name.EndsWith("_q", StringComparison.Ordinal) => $"blocks.{name[0]}.attn.hook_q",
            _ when name.EndsWith("_resid_post", StringComparison.Ordinal) => $"blocks.{name[0]}.hook_resid_post",
            _ => null,
        });

        string corpus = File.ReadAllText(Optional.SharedPath("fixtures/models/slm4096/corpus.txt"))[..128];
        int[] ids = slm.Tokenizer!.Encode(corpus);
        Assert.Equal(corpus, slm.Tokenizer.Decode(slm.Model.Generate(ids[..48], 80).Row(0)));
        // The published loss after position 16: .002.
        float[] losses = slm.Model.Losses(ids).Span[15..].ToArray();
        Assert.InRange(losses.Average(), 0, 0.004);
    }

    [Fact]
    public void NanoSort_agrees_with_the_activations_its_author_shipped_and_sorts()
    {
        ModelFile nano = ModelFile.Open(Optional.SharedPath("fixtures/models/nano-sort/gpt-nano-sort-model.json"));
        JsonWeights reference = JsonWeights.Open(Optional.SharedPath("fixtures/models/nano-sort/gpt-nano-sort-t0-partials.json"));
        Tokens tokens = new([.. reference.Read("idx", view: true).Span.ToArray().Select(id => (int)id)], 3, 11);
        (Tensor logits, ActivationCache cache) = nano.Model.RunWithCache(tokens, ["*"]);
        Agreement.Assert("logits", reference.Read("lm_head", view: true), logits, Tolerance);
        for (int l = 0; l < 3; l++) Agreement.Assert($"block{l}", reference.Read($"block{l}", view: true), cache[$"blocks.{l}.hook_resid_post"], Tolerance);
        Agreement.Assert("ln_f", reference.Read("ln_f", view: true), cache["ln_final.hook_normalized"], Tolerance);

        // Six digits, then the model writes them in order.
        Rng random = new(1);
        for (int n = 0; n < 20; n++)
        {
            int[] digits = [.. Enumerable.Range(0, 6).Select(_ => random.Next(3))];
            int[] written = nano.Model.Generate(digits, 5).Row(0).ToArray();
            // The context is full after five of them; the sixth is the last position's prediction.
            ReadOnlySpan<float> last = nano.Model.Run(written).Span[^3..];
            Assert.Equal(digits.Order(), [.. written[6..], System.Numerics.Tensors.TensorPrimitives.IndexOfMax(last)]);
        }
    }

    private static string Map => Path.Combine(Optional.RepositoryRoot, "tests", "Interp.Models.Tests", "Files", "Maps", "slm4096.map.json");

    /// <summary>Compares logits, losses and what <paramref name="hookOf"/> gives a hook for; references have no batch axis.</summary>
    private static void Compare(HookedTransformer model, SafetensorsFile reference, Func<string, string?> hookOf)
    {
        int[] ids = [.. reference.Read("tokens").Span.ToArray().Select(id => (int)id)];
        (Tensor logits, ActivationCache cache) = model.RunWithCache(ids, ["*"]);
        Agreement.Assert("logits", reference.Read("logits"), logits.Select(0), Tolerance);
        Agreement.Assert("nll", reference.Read("nll"), model.Losses(ids).Select(0), Tolerance);
        int compared = 0;
        foreach (string name in reference.Tensors.Keys)
        {
            if (hookOf(name) is not string hook) continue;
            Tensor expected = reference.Read(name);
            if (hook.Contains('*', StringComparison.Ordinal))
                for (int l = 0; l < model.Config.Layers; l++) Agreement.Assert($"{name} {l}", expected.Select(l), cache.Pattern(l).Select(0), Tolerance);
            else Agreement.Assert(name, expected, cache[hook].Select(0), Tolerance);
            compared++;
        }
        Assert.True(compared > 0);
    }
}
