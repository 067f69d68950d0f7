using System.Numerics;

namespace Interp;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov &amp; Hutter 2019), with PyTorch's arithmetic:
/// p ← p·(1 − rate·decay); m ← β₁m + (1 − β₁)g; v ← β₂v + (1 − β₂)g²; p ← p − rate/(1 − β₁ᵗ) · m / (√v/√(1 − β₂ᵗ) + ε).
/// </summary>
/// <remarks>
/// Only weight matrices decay: parameters whose last name part starts with <c>W_</c> (TransformerLens's names). Gradients are first scaled
/// down to <see cref="AdamWOptions.ClipNorm"/> where their common norm is longer. One pass updates everything and clears the gradients;
/// the work is cut at fixed places, so results do not depend on the number of threads, and a step allocates nothing.
/// </remarks>
public sealed class AdamW
{
    // A chunk is large enough to pay for handing it to a thread and small enough to balance; its partial norm is one addend of the total.
    private const int ChunkLength = 16384;

    // Below this many parameters one thread is faster than waking others.
    private const int ParallelFrom = 4 * ChunkLength;

    private readonly AdamWOptions _options;
    private readonly Slot[] _slots;
    private readonly Chunk[] _chunks;
    private readonly double[] _squares;
    private readonly Action<int> _measure;
    private readonly Action<int> _update;
    private readonly bool _parallel;
    private StepConstants _constants;

    /// <summary>An optimiser of <paramref name="parameters"/> with zero state.</summary>
    /// <param name="parameters">Named leaves; their order of names (ordinal) fixes the order of every sum.</param>
    /// <param name="options">The constants; null takes the defaults.</param>
    public AdamW(IReadOnlyDictionary<string, Tensor> parameters, AdamWOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _options = options ?? new();
        _slots = [.. parameters.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => new Slot(p.Key, p.Value))];
        List<Chunk> chunks = [];
        for (int s = 0; s < _slots.Length; s++)
            for (int start = 0; start < _slots[s].Parameter.Length; start += ChunkLength)
                chunks.Add(new Chunk(s, start, Math.Min(ChunkLength, _slots[s].Parameter.Length - start)));
        _chunks = [.. chunks];
        _squares = new double[_chunks.Length];
        _parallel = _slots.Sum(s => (long)s.Parameter.Length) >= ParallelFrom;
        _measure = Measure;
        _update = Update;
    }

    /// <summary>The number of updates made, t.</summary>
    public long Step { get; private set; }

    /// <summary>
    /// One update with the gradients in <see cref="Tensor.Grad"/>, which are null afterwards (<see cref="Tensor.ZeroGrad"/>). A parameter without a gradient is left as it is.
    /// </summary>
    /// <param name="learningRate">The rate of this step.</param>
    /// <returns>The norm of all gradients together, before clipping.</returns>
    /// <exception cref="ArithmeticException">The norm is not finite; nothing has been changed.</exception>
    public double Update(float learningRate)
    {
        foreach (Slot slot in _slots) slot.TakeGradient();
        ForEachChunk(_measure);
        double square = 0;
        foreach (double s in _squares) square += s;
        double norm = Math.Sqrt(square);
        if (!double.IsFinite(norm))
            throw new ArithmeticException($"The gradient of {FirstNotFinite()} is not finite.");

        Step++;
        _constants = new StepConstants(
            GradientScale: _options.ClipNorm > 0 && norm > _options.ClipNorm ? (float)(_options.ClipNorm / norm) : 1,
            Keep: 1 - (learningRate * _options.WeightDecay),
            Rate: (float)(learningRate / (1 - Math.Pow(_options.Beta1, Step))),
            RootCorrection: (float)(1 / Math.Sqrt(1 - Math.Pow(_options.Beta2, Step))));
        ForEachChunk(_update);
        foreach (Slot slot in _slots) slot.Parameter.ZeroGrad();
        return norm;
    }

    /// <summary>The state under the parameters' names: <c>adamw.mean.NAME</c> and <c>adamw.square.NAME</c>, in the parameters' shapes.</summary>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        Dictionary<string, Tensor> state = [];
        foreach (Slot slot in _slots)
        {
            state[MeanName(slot.Name)] = slot.Mean;
            state[SquareName(slot.Name)] = slot.Square;
        }
        return state;
    }

    /// <summary>Takes over the state after <paramref name="step"/> updates, as <see cref="State"/> gave it.</summary>
    /// <exception cref="ArgumentException">A tensor is missing or has another shape than its parameter.</exception>
    public void Restore(long step, IReadOnlyDictionary<string, Tensor> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        foreach (Slot slot in _slots)
        {
            Find(state, MeanName(slot.Name), slot.Parameter).Span.CopyTo(slot.Mean.Span);
            Find(state, SquareName(slot.Name), slot.Parameter).Span.CopyTo(slot.Square.Span);
        }
        Step = step;
    }

    /// <summary>What all names of the state start with.</summary>
    public const string StatePrefix = "adamw.";

    private static string MeanName(string parameter) => StatePrefix + "mean." + parameter;

    private static string SquareName(string parameter) => StatePrefix + "square." + parameter;

    private static Tensor Find(IReadOnlyDictionary<string, Tensor> state, string name, Tensor parameter)
    {
        if (!state.TryGetValue(name, out Tensor? tensor))
            throw new ArgumentException($"The optimiser's state lacks {name} [{string.Join(", ", parameter.Shape.ToArray())}].");
        if (!tensor.Shape.SequenceEqual(parameter.Shape))
        {
            throw new ArgumentException(
                $"{name} of the optimiser's state has shape [{string.Join(", ", tensor.Shape.ToArray())}]; its parameter has [{string.Join(", ", parameter.Shape.ToArray())}].");
        }
        return tensor;
    }

    private void ForEachChunk(Action<int> body)
    {
        if (_parallel) Parallelism.For(_chunks.Length, body);
        else for (int c = 0; c < _chunks.Length; c++) body(c);
    }

    private void Measure(int c)
    {
        Chunk chunk = _chunks[c];
        Slot slot = _slots[chunk.Slot];
        _squares[c] = slot.Gradient is { } gradient ? SumOfSquares(gradient.Span.Slice(chunk.Start, chunk.Length)) : 0;
    }

    private void Update(int c)
    {
        Chunk chunk = _chunks[c];
        Slot slot = _slots[chunk.Slot];
        if (slot.Gradient is not { } gradient) return;
        StepConstants constants = slot.Decays ? _constants : _constants with { Keep = 1 };
        Update(
            slot.Parameter.Span.Slice(chunk.Start, chunk.Length), gradient.Span.Slice(chunk.Start, chunk.Length),
            slot.Mean.Span.Slice(chunk.Start, chunk.Length), slot.Square.Span.Slice(chunk.Start, chunk.Length), constants);
    }

    private void Update(Span<float> p, Span<float> g, Span<float> m, Span<float> v, StepConstants constants)
    {
        float beta1 = _options.Beta1, beta2 = _options.Beta2, epsilon = _options.Epsilon;
        int i = 0;
        var vBeta1 = new Vector<float>(beta1);
        var vBeta2 = new Vector<float>(beta2);
        var vNew1 = new Vector<float>(1 - beta1);
        var vNew2 = new Vector<float>(1 - beta2);
        var vEpsilon = new Vector<float>(epsilon);
        var vScale = new Vector<float>(constants.GradientScale);
        var vKeep = new Vector<float>(constants.Keep);
        var vRate = new Vector<float>(-constants.Rate);
        var vRoot = new Vector<float>(constants.RootCorrection);
        for (; i <= p.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> gradient = new Vector<float>(g[i..]) * vScale;
            Vector<float> mean = (new Vector<float>(m[i..]) * vBeta1) + (gradient * vNew1);
            Vector<float> square = (new Vector<float>(v[i..]) * vBeta2) + (gradient * gradient * vNew2);
            Vector<float> step = mean / ((Vector.SquareRoot(square) * vRoot) + vEpsilon);
            mean.CopyTo(m[i..]);
            square.CopyTo(v[i..]);
            ((new Vector<float>(p[i..]) * vKeep) + (step * vRate)).CopyTo(p[i..]);
        }
        for (; i < p.Length; i++)
        {
            float gradient = g[i] * constants.GradientScale;
            m[i] = (m[i] * beta1) + (gradient * (1 - beta1));
            v[i] = (v[i] * beta2) + (gradient * gradient * (1 - beta2));
            p[i] = (p[i] * constants.Keep) - (constants.Rate * (m[i] / ((MathF.Sqrt(v[i]) * constants.RootCorrection) + epsilon)));
        }
    }

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        // In double: squares of large gradients must neither overflow nor lose the small ones.
        Vector<double> sum = Vector<double>.Zero;
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(values[i..]), out Vector<double> low, out Vector<double> high);
            sum += (low * low) + (high * high);
        }
        double total = Vector.Sum(sum);
        for (; i < values.Length; i++) total += (double)values[i] * values[i];
        return total;
    }

    private string FirstNotFinite()
    {
        foreach (Slot slot in _slots)
            if (slot.Gradient is { } gradient)
                foreach (float value in gradient.Span)
                    if (!float.IsFinite(value)) return slot.Name;
        return "the parameters together";
    }

    private readonly record struct Chunk(int Slot, int Start, int Length);

    private readonly record struct StepConstants(float GradientScale, float Keep, float Rate, float RootCorrection);

    private sealed class Slot(string name, Tensor parameter)
    {
        public string Name => name;

        public Tensor Parameter => parameter;

        public Tensor? Gradient { get; private set; }

        public Tensor Mean { get; } = Tensor.Zeros(parameter.Shape).Keep();

        public Tensor Square { get; } = Tensor.Zeros(parameter.Shape).Keep();

        public bool Decays { get; } = name[(name.LastIndexOf('.') + 1)..].StartsWith("W_", StringComparison.Ordinal);

        public void TakeGradient() => Gradient = parameter.Grad;
    }
}
