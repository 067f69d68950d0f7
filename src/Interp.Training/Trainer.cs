using Interp.Data;

namespace Interp;

/// <summary>Trains a model in memory, an update at a time: loss of the next batch, its gradient, AdamW.</summary>
/// <example><code>
/// var trainer = new Trainer(config);
/// foreach (Snapshot snapshot in trainer.Snapshots()) Console.WriteLine($"{snapshot.Tokens} {snapshot.Loss}");
/// </code></example>
public sealed class Trainer
{
    // Guessing uniformly costs log(vocabulary) nats; no useful run goes this many times above it.
    private const double DivergedFactor = 3;

    private readonly ITokenSource _data;
    private readonly int[] _ids;
    private readonly Tokens _batch;

    /// <summary>A freshly initialised model, at step 0, with the data that the config names.</summary>
    /// <param name="config">The run.</param>
    /// <exception cref="ArgumentException">Model and data disagree about the vocabulary or the context.</exception>
    public Trainer(TrainingConfig config)
        : this(config, (config ?? throw new ArgumentNullException(nameof(config))).Data.Open(config.Seed, config.Model.Context))
    {
    }

    /// <summary>A freshly initialised model, at step 0.</summary>
    /// <param name="config">The run.</param>
    /// <param name="data">The source of <see cref="TrainingConfig.Data"/> for this config.</param>
    /// <exception cref="ArgumentException">Model and data disagree about the vocabulary or the context.</exception>
    public Trainer(TrainingConfig config, ITokenSource data)
        : this(config, data, new HookedTransformer(config?.Model ?? throw new ArgumentNullException(nameof(config)), RandomUse.Parameters.Seed(config.Seed)))
    {
    }

    /// <summary>Continues from <paramref name="model"/>, as it was after <paramref name="step"/> updates with the optimiser's state of then.</summary>
    /// <param name="config">The run.</param>
    /// <param name="data">The source of <see cref="TrainingConfig.Data"/> for this config.</param>
    /// <param name="model">The model; it is trained in place.</param>
    /// <param name="step">The number of updates made.</param>
    /// <param name="optimiserState">What <see cref="AdamW.State"/> held then.</param>
    public Trainer(TrainingConfig config, ITokenSource data, HookedTransformer model, long step, IReadOnlyDictionary<string, Tensor> optimiserState)
        : this(config, data, model) => Optimiser.Restore(step, optimiserState);

    private Trainer(TrainingConfig config, ITokenSource data, HookedTransformer model)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(config.Batch, 1, nameof(config));
        ArgumentOutOfRangeException.ThrowIfLessThan(config.Steps, 1, nameof(config));
        if (data.Vocabulary != config.Model.Vocabulary)
        {
            throw new ArgumentException(
                $"The data has {data.Vocabulary} token ids, the model {config.Model.Vocabulary}: set the model's Vocabulary to the data's.", nameof(config));
        }
        if (data.Context != config.Model.Context)
        {
            throw new ArgumentException(
                $"The data's rows have {data.Context} tokens, the model's context {config.Model.Context}: open the data with the model's Context.", nameof(config));
        }
        (Config, _data, Model) = (config, data, model);
        _ids = new int[config.Batch * data.Context];
        _batch = new Tokens(_ids, config.Batch, data.Context);
        foreach (Tensor parameter in model.Parameters.Values) parameter.RequiresGrad = true;
        Optimiser = new AdamW(model.Parameters, config.Optimiser);
    }

    /// <summary>The run.</summary>
    public TrainingConfig Config { get; }

    /// <summary>The model, as trained so far.</summary>
    public HookedTransformer Model { get; }

    /// <summary>The optimiser and its state.</summary>
    public AdamW Optimiser { get; }

    /// <summary>The number of updates made.</summary>
    public long Step => Optimiser.Step;

    /// <summary>The number of training tokens seen.</summary>
    public long Tokens => Step * Config.TokensPerStep();

    /// <summary>Makes one update on the next batch.</summary>
    /// <exception cref="TrainingDivergedException">The loss or the gradient is not finite, or the loss is far above that of guessing. The weights are still those before the step.</exception>
    public TrainingStep Next()
    {
        long step = Step;
        float rate = Config.LearningRate.At(step, Config.Steps);
        _data.FillBatch(step, _ids);

        double value, norm;
        using (TensorScope.Begin())
        {
            Tensor loss = Model.MeanLoss(_batch);
            value = loss.Item();
            if (!double.IsFinite(value) || value > DivergedFactor * Math.Log(Config.Model.Vocabulary))
                throw Diverged($"the loss of the batch is {value:G4} nats (guessing costs {Math.Log(Config.Model.Vocabulary):F2})", step, rate);
            loss.Backward();
            try
            {
                norm = Optimiser.Update(rate);
            }
            catch (ArithmeticException e)
            {
                throw Diverged(e.Message, step, rate, e);
            }
        }
        return new TrainingStep(Step, value, norm, rate);
    }

    /// <summary>Trains to the end of the config's steps, measuring the model at the steps of its <see cref="TrainingConfig.Snapshots"/>; between two snapshots it trains.</summary>
    /// <exception cref="TrainingDivergedException">As for <see cref="Next"/>.</exception>
    public IEnumerable<Snapshot> Snapshots()
    {
        SnapshotEvaluator evaluator = new(Config, _data);
        foreach (long step in Config.Snapshots.Steps(Config.Steps).Where(step => step >= Step))
        {
            while (Step < step) Next();
            yield return evaluator.Evaluate(Model, step);
        }
    }

    private TrainingDivergedException Diverged(string what, long step, float rate, Exception? cause = null)
    {
        string message = $"Training diverged at step {step}, with learning rate {rate:G3}: {what}. "
            + $"Try a lower peak rate than {Config.LearningRate.Peak:G3}, a longer warm-up than {Config.LearningRate.WarmupSteps} steps, or stronger clipping than {Config.Optimiser.ClipNorm:G3}.";
        return cause is null ? new TrainingDivergedException(message) : new TrainingDivergedException(message, cause);
    }
}
