namespace Interp;

/// <summary>
/// One recorded operation: sends the gradient of its result to its inputs. An operation subclasses it, saves what its backward needs in fields,
/// and attaches it with <see cref="Tensor.Record"/> where <see cref="Autograd.Records(Tensor?)"/>.
/// </summary>
/// <example>
/// <code>
/// private sealed class ExpNode(Tensor x, Tensor y) : GradNode(x)
/// {
///     protected override void Backward(Tensor gradient)   // called once; recording is off
///     {
///         Tensor dx = Tensor.Allocate(gradient.ShapeArray);
///         Elementwise.Map&lt;MultiplyFunction&gt;(gradient.Span, y.Span, dx.Span);
///         Send(0, dx);
///     }
/// }
/// </code>
/// </example>
internal abstract class GradNode
{
    private static long s_lastId;

    private GradNode?[]? _inputs;
    private Tensor? _gradient;
    private Tensor? _retainFor;

    protected GradNode(params ReadOnlySpan<Tensor?> inputs)
    {
        _inputs = new GradNode?[inputs.Length];
        for (int i = 0; i < inputs.Length; i++) _inputs[i] = inputs[i]?.Node;
        Id = Interlocked.Increment(ref s_lastId);
    }

    /// <summary>Creation order: an operation always has a larger number than those that made its inputs.</summary>
    public long Id { get; }

    /// <summary>The operation's name in messages.</summary>
    public string Name => GetType().Name.Replace("Node", "", StringComparison.Ordinal);

    /// <summary>The shape of the result, and so of its gradient.</summary>
    public int[] ResultShape { get; set; } = [];

    /// <summary>The backward pass that has already found this node.</summary>
    public long FoundBy { get; set; }

    /// <summary>The nodes behind the inputs (null where no gradient is wanted).</summary>
    public ReadOnlySpan<GradNode?> Inputs => _inputs ?? throw new InvalidOperationException(
        $"The graph behind this tensor was freed by an earlier Backward() (at {Name}, result {TensorShape.Text(ResultShape)}). Run the forward again, or add the losses and call Backward() once.");

    /// <summary>Whether input <paramref name="input"/> wants a gradient.</summary>
    protected bool Wants(int input) => _inputs![input] is not null;

    /// <summary>Sends each wanted input its gradient. Called once, with the complete gradient of the result, which must not be changed.</summary>
    protected abstract void Backward(Tensor gradient);

    /// <summary>Gives memory that only this node knows back to the pool, after <see cref="Backward"/>.</summary>
    protected virtual void Free()
    {
    }

    /// <summary>Adds <paramref name="gradient"/> to an input's gradient, if it wants one. It may be the gradient that this node received, or a view of it, or a new tensor; never one that a caller of the operation can see.</summary>
    protected void Send(int input, Tensor gradient)
    {
        if (_inputs![input] is not { } node)
        {
            if (gradient.Storage.Holders == 0) gradient.Storage.Return();
            return;
        }
        node.Receive(gradient);
    }

    /// <summary>
    /// Where to write input <paramref name="input"/>'s gradient directly (the input must want one): every element of the destination must be set
    /// to the addend's element, where there is an addend, plus this operation's contribution. Saves a buffer and a pass over it.
    /// </summary>
    protected GradientTarget Target(int input) => _inputs![input]!.TargetForOne();

    /// <summary>Also stores the gradient in <paramref name="result"/>'s <see cref="Tensor.Grad"/>.</summary>
    public virtual void RetainFor(Tensor result) => _retainFor = result;

    /// <summary>Runs the backward, then frees the node.</summary>
    public void Run(BackwardPass pass)
    {
        if (_gradient is { } gradient)
        {
            if (_retainFor is not null)
            {
                _retainFor.Grad = gradient.ViewAs(ResultShape);
                gradient.Storage.Holders++;
            }
            Backward(gradient);
            gradient.Storage.Drop();
        }
        pass.DropReplaced();
        Clear();
    }

    /// <summary>Forgets everything: the node cannot run again.</summary>
    public void Clear()
    {
        if (_inputs is null) return;
        Free();
        _inputs = null;
        _gradient = null;
        _retainFor = null;
    }

    /// <summary>Adds to this node's result's gradient.</summary>
    public virtual void Receive(Tensor gradient)
    {
        TensorStorage storage = gradient.Storage;
        if (_gradient is null)
        {
            _gradient = gradient.ViewAs(ResultShape);
            storage.Holders++;
        }
        else if (_gradient.Storage.Holders == 1)
        {
            Elementwise.Map<AddFunction>(_gradient.Span, gradient.Span, _gradient.Span);
            if (storage.Holders == 0) storage.Return();
        }
        else
        {
            Tensor sum = storage.Holders == 0 ? gradient.ViewAs(ResultShape) : Tensor.Allocate(ResultShape);
            Elementwise.Map<AddFunction>(_gradient.Span, gradient.Span, sum.Span);
            _gradient.Storage.Drop();
            sum.Storage.Holders = 1;
            _gradient = sum;
        }
    }

    /// <summary>A target for one contribution to this node's result's gradient.</summary>
    protected virtual GradientTarget TargetForOne()
    {
        Tensor? before = _gradient;
        if (before is { Storage.Holders: 1 }) return new GradientTarget(before, before);
        _gradient = Tensor.Allocate(ResultShape);
        _gradient.Storage.Holders = 1;
        if (before is not null) BackwardPass.Current.DropAfterNode(before);
        return new GradientTarget(_gradient, before);
    }
}

/// <summary>The end of the graph: accumulates into a leaf's <see cref="Tensor.Grad"/>.</summary>
internal sealed class LeafNode : GradNode
{
    private readonly Tensor _leaf;

    public LeafNode(Tensor leaf)
    {
        _leaf = leaf;
        ResultShape = leaf.ShapeArray;
    }

    public override void Receive(Tensor gradient)
    {
        Tensor sum = _leaf.AccumulatedGrad(out bool isNew);
        if (isNew) gradient.Span.CopyTo(sum.Span);
        else Elementwise.Map<AddFunction>(sum.Span, gradient.Span, sum.Span);
        if (gradient.Storage.Holders == 0) gradient.Storage.Return();
    }

    public override void RetainFor(Tensor result)
    {
    }

    protected override void Backward(Tensor gradient)
    {
    }

    protected override GradientTarget TargetForOne()
    {
        Tensor sum = _leaf.AccumulatedGrad(out bool isNew);
        return new GradientTarget(sum, isNew ? null : sum);
    }
}

/// <summary>Passes the gradient on under the input's shape (reshape, clone).</summary>
internal sealed class PassNode(Tensor x) : GradNode(x)
{
    protected override void Backward(Tensor gradient) => Send(0, gradient);
}
