using Interp.Tests.Shared;

namespace Interp.Models.Tests;

/// <summary>What the references of every folder, of TransformerLens (shared) and of <c>fixtures/make.py</c>, say of the built-in model beside what they say of all (<see cref="HookedModelConformance"/>). A further folder needs no code.</summary>
public class FixtureTests
{
    // Relative to a tensor's scale: what two float32 computations of these depths differ by. make.py --check tells how far the float32 references are off float64:
    // up to 6e-6, and 1.4e-5 in one gradient, where a single rounding of a norm's scale moves it by 2e-6; ours then lies as near to float64 as they do.
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Folders() => Fixture.AllNames();

    [Fact]
    public void The_shared_references_are_there() => Optional.SharedPath("fixtures/a_attn_only_2l/acts.safetensors");

    [Theory, MemberData(nameof(Folders))]
    public void Mean_losses_agree(string folder)
    {
        Fixture f = new(folder);
        Agreement.Assert("loss_mean", f.Best("loss_mean"), f.Model.MeanLoss(f.Tokens), Tolerance);
    }

    /// <summary>The folders whose <c>gradparam.*</c> are not all zero: a loss depends on every parameter, so zeros throughout are no reference.</summary>
    public static TheoryData<string> FoldersWithParameterGradients() => [.. Fixture.AllNames().Select(row => row.Data).Where(folder =>
    {
        Fixture f = new(folder);
        return f.After("gradparam.").Any(name => f["gradparam." + name].Span.ContainsAnyExcept(0f));
    })];

    [Theory, MemberData(nameof(FoldersWithParameterGradients))]
    public void Gradients_of_parameters_agree(string folder)
    {
        Fixture f = new(folder);
        foreach (Tensor parameter in f.Model.Parameters.Values) parameter.RequiresGrad = true;
        f.Model.MeanLoss(f.Tokens).Backward();
        foreach (string name in f.After("gradparam."))
        {
            Tensor expected = f.Best("gradparam." + name);
            // A key bias moves all scores of a row alike, smeared or not: without rotary positions its gradient is 0 but for rounding.
            if (name.EndsWith("b_K", StringComparison.Ordinal) && f.Config.Positions != PositionKind.Rotary)
                Assert.All(f.Model.Parameters[name].Grad!.Span.ToArray(), g => Assert.Equal(0, g, 1e-6));
            else
                Agreement.Assert(name, expected, f.Model.Parameters[name].Grad!, Tolerance);
        }
    }

    [Theory, MemberData(nameof(Folders))]
    public void Greedy_continuations_agree(string folder)
    {
        Fixture f = new(folder);
        const string Prefix = "greedy_generate_from_first";
        foreach (string start in f.After(Prefix))
        {
            int given = int.Parse(start, System.Globalization.CultureInfo.InvariantCulture);
            Tokens expected = f.TokensOf(Prefix + start);
            Tokens prompt = Tokens.FromRows([.. Enumerable.Range(0, f.Tokens.Batch).Select(b => f.Tokens.Row(b)[..given].ToArray())]);
            Assert.Equal(expected.Ids.ToArray(), f.Model.Generate(prompt, expected.Positions - given).Ids.ToArray());
        }
    }

    /// <summary>The folders with processed weights.</summary>
    public static TheoryData<string> FoldersWithProcessedWeights() => [.. Fixture.AllNames().Select(row => row.Data).Where(folder => new Fixture(folder).Processed is not null)];

    [Theory(SkipTestWithoutData = true), MemberData(nameof(FoldersWithProcessedWeights))]
    public void Processed_weights_agree(string folder)
    {
        Fixture f = new(folder);
        HookedTransformer processed = new WeightProcessing().Apply(f.Model);
        Dictionary<string, Tensor> expected = f.Processed!.Where(p => p.Key.StartsWith("w.", StringComparison.Ordinal)).ToDictionary(p => p.Key[2..], p => p.Value);
        Assert.Equal(expected.Keys.Order(), processed.Parameters.Keys.Order());
        foreach ((string name, Tensor value) in expected) Agreement.Assert(name, value, processed.Parameters[name], Tolerance);
        Agreement.Assert("logits", f.Processed!["logits"], processed.Run(f.Tokens), Tolerance);
    }
}
