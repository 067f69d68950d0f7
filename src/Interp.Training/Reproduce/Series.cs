using Interp.Data;

namespace Interp.Reproduce;

/// <summary>The models of a reproduction and how each is trained.</summary>
public static class Series
{
    /// <summary>One layer, attention only: has no induction heads.</summary>
    public const string OneLayer = "1-layer";

    /// <summary>Two layers, attention only: the smallest that can compose an induction head.</summary>
    public const string TwoLayers = "2-layer";

    /// <summary>Three layers, attention only.</summary>
    public const string ThreeLayers = "3-layer";

    /// <summary>Two layers with MLPs.</summary>
    public const string TwoLayersMlp = "2-layer-mlp";

    /// <summary>One layer with smeared keys: no composition is needed for an induction head.</summary>
    public const string OneLayerSmeared = "1-layer-smeared";

    /// <summary>Two layers with smeared keys.</summary>
    public const string TwoLayersSmeared = "2-layer-smeared";

    /// <summary>The series for a seed: language, batches and evaluation rows are common to all models.</summary>
    public static IReadOnlyList<SeriesModel> Create(ulong seed, bool quick = false)
    {
        TrainingConfig recipe = quick ? Quick(seed) : Full(seed);
        TransformerConfig one = recipe.Model, two = one with { Layers = 2 };
        return
        [
            new(OneLayer, "1 layer", recipe),
            new(TwoLayers, "2 layers", recipe with { Model = two }),
            new(ThreeLayers, "3 layers", recipe with { Model = one with { Layers = 3 } }),
            // It changes later than the others, and is measured as long after its change.
            new(TwoLayersMlp, "2 layers with MLPs", recipe with { Model = two with { DMlp = 4 * two.DModel }, Steps = recipe.Steps * 9 / 8 }),
            new(OneLayerSmeared, "1 layer, smeared keys", recipe with { Model = one with { SmearedKeys = true } }),
            new(TwoLayersSmeared, "2 layers, smeared keys", recipe with { Model = two with { SmearedKeys = true } }),
        ];
    }

    // The recipe of the full series. GPT-2's small initial weights, this rate and these many entities bring the model with MLPs, the slowest
    // to change, to its phase change by the middle of the run. Much longer runs on this one language wear prefix matching on random tokens
    // down again, in the model with MLPs first.
    private static TrainingConfig Full(ulong seed) => new()
    {
        Model = new TransformerConfig { Layers = 1, DModel = 64, Heads = 4, DHead = 16, Vocabulary = 128, Context = 96, InitializerRange = 0.02f },
        Data = new EntityText { Vocabulary = 128, EntityProbability = 0.3 },
        Seed = seed,
        Steps = 1200,
        Batch = 64,
        LearningRate = new LearningRateSchedule { Peak = 6e-3f, WarmupSteps = 100 },
    };

    // A smaller language is learnt in fewer and cheaper steps.
    private static TrainingConfig Quick(ulong seed) => new()
    {
        Model = new TransformerConfig { Layers = 1, DModel = 64, Heads = 4, DHead = 16, Vocabulary = 64, Context = 64, InitializerRange = 0.02f },
        Data = new EntityText { Vocabulary = 64, EntityProbability = 0.3, MinEntityLength = 6, MaxEntityLength = 12 },
        Seed = seed,
        Steps = 1000,
        Batch = 64,
        LearningRate = new LearningRateSchedule { Peak = 8e-3f, WarmupSteps = 50 },
        Evaluation = new EvaluationOptions { Examples = 128, AblationExamples = 32, RepeatedSequences = 10 },
    };
}
