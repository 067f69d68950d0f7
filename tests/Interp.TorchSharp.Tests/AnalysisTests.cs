using Interp.Models.Tests;

namespace Interp.TorchSharp.Tests;

/// <summary>Analyses know models by their interface alone: on TorchSharp they find what they find on the built-in model.</summary>
public class AnalysisTests
{
    [Fact]
    public void Head_scores_ablations_and_patches_are_those_of_the_built_in_model()
    {
        Fixture f = new("gpt2-tied");
        TorchHookedTransformer model = new(f.Model, TestDevice.Chosen);
        HeadScoreOptions options = new() { Period = 4, Repeats = 2, Sequences = 3 };
        HeadScores expected = HeadScores.Measure(f.Model, options), actual = HeadScores.Measure(model, options);
        foreach ((HeadScore e, HeadScore a) in expected.Zip(actual))
        {
            Assert.Equal(e.PrefixMatching, a.PrefixMatching, 1e-5);
            Assert.Equal(e.PreviousToken, a.PreviousToken, 1e-5);
            Assert.Equal(e.Copying, a.Copying, 1e-4);
        }
        Agreement.Assert("ablated losses", Ablation.Losses(f.Model, f.Tokens, [(0, 1), (1, 0)], AblationKind.Mean), Ablation.Losses(model, f.Tokens, [(0, 1), (1, 0)], AblationKind.Mean), 1e-5);
        Tokens corrupt = new([.. f.Tokens.Ids.ToArray().Select((id, i) => i % f.Tokens.Positions == 2 ? (id + 1) % 17 : id)], f.Tokens.Batch, f.Tokens.Positions);
        Agreement.Assert("patching",
            ActivationPatching.Run(f.Model, f.Tokens, corrupt, Metrics.Loss, PatchComponent.HeadOutput),
            ActivationPatching.Run(model, f.Tokens, corrupt, Metrics.Loss, PatchComponent.HeadOutput), 1e-5);
        Agreement.Assert("attribution patching",
            AttributionPatching.Run(f.Model, f.Tokens, corrupt, Metrics.Loss, PatchComponent.HeadOutput),
            AttributionPatching.Run(model, f.Tokens, corrupt, Metrics.Loss, PatchComponent.HeadOutput), 1e-4);
    }
}
