namespace Interp;

public sealed partial class Tensor
{
    private Tensor? _grad;

    // Memory for the gradient that outlives ZeroGrad(): made by accumulation, never by the user.
    private Tensor? _ownGrad;

    /// <summary>
    /// Whether gradients flow to this tensor. Set it on a leaf, whose gradient <see cref="Backward()"/> then accumulates into <see cref="Grad"/>;
    /// a result of recorded operations has it by itself.
    /// </summary>
    /// <exception cref="InvalidOperationException">Setting it on the result of a recorded operation.</exception>
    public bool RequiresGrad
    {
        get => Node is not null;
        set
        {
            if (!IsLeaf)
                throw new InvalidOperationException($"RequiresGrad is set on leaves only; this tensor {TensorShape.Text(Shape)} was made by {Node!.Name}. Use Detach() for a leaf with the same values, or RetainGrad() for its gradient.");
            if (value) Node ??= new LeafNode(this);
            else Node = null;
        }
    }

    /// <summary>True unless a recorded operation made this tensor.</summary>
    public bool IsLeaf => Node is null or LeafNode;

    /// <summary>The accumulated gradient of a leaf (or of a tensor on which <see cref="RetainGrad"/> was called); null before the first.</summary>
    /// <exception cref="ArgumentException">The value set has another shape.</exception>
    public Tensor? Grad
    {
        get => _grad;
        set
        {
            if (value is not null && !value.Shape.SequenceEqual(Shape))
                throw new ArgumentException($"A tensor {TensorShape.Text(Shape)} cannot have a gradient {TensorShape.Text(value.Shape)}.", nameof(value));
            _grad = value;
            _ownGrad = null;
        }
    }

    /// <summary>What made this tensor, where that was recorded; a <see cref="LeafNode"/> for a leaf that requires a gradient.</summary>
    internal GradNode? Node { get; private set; }

    /// <summary>Makes <see cref="Grad"/> null. The next backward assigns the first gradient (nothing is added to zeros) and reuses the old one's memory; to hold on to that, set <see cref="Grad"/> to null instead.</summary>
    public void ZeroGrad() => _grad = null;

    /// <summary>Makes <see cref="Backward()"/> fill <see cref="Grad"/> of this non-leaf tensor too. That gradient belongs to the scope in which backward runs.</summary>
    /// <returns>This tensor.</returns>
    /// <exception cref="InvalidOperationException">The tensor requires no gradient.</exception>
    public Tensor RetainGrad()
    {
        if (Node is null)
            throw new InvalidOperationException($"No gradient reaches this tensor {TensorShape.Text(Shape)}: nothing it was made from requires one (or it was made under Autograd.NoGrad()).");
        Node.RetainFor(this);
        return this;
    }

    /// <summary>Accumulates d(this)/d(leaf) into every leaf's <see cref="Grad"/>. This tensor must have one element.</summary>
    /// <exception cref="InvalidOperationException">The tensor has more elements, requires no gradient, or its graph was already used.</exception>
    public void Backward()
    {
        if (Length != 1)
            throw new InvalidOperationException($"Backward() starts from one number; this tensor is {TensorShape.Text(Shape)}. Reduce it (Ops.Mean, Ops.Sum), or call Backward(gradient) with a gradient of its shape.");
        Tensor one = Allocate(_shape);
        one.Span[0] = 1;
        RunBackward(one);
    }

    /// <summary>Accumulates the vector–Jacobian product with <paramref name="gradient"/> into every leaf's <see cref="Grad"/>.</summary>
    /// <param name="gradient">Of this tensor's shape; it is not changed.</param>
    /// <remarks>The graph is freed as it is walked: a second backward through any part of it throws.</remarks>
    /// <exception cref="ArgumentException">The gradient has another shape.</exception>
    /// <exception cref="InvalidOperationException">The tensor requires no gradient, or its graph was already used.</exception>
    public void Backward(Tensor gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        if (!gradient.Shape.SequenceEqual(Shape))
            throw new ArgumentException($"The gradient of a tensor {TensorShape.Text(Shape)} has its shape, not {TensorShape.Text(gradient.Shape)}.", nameof(gradient));
        // The caller holds it too, so that nothing is added to it in place and its memory is not given back.
        gradient.Storage.Holders++;
        RunBackward(gradient);
        gradient.Storage.Holders--;
    }

    /// <summary>Makes this tensor the result of <paramref name="node"/>.</summary>
    internal Tensor Record(GradNode node)
    {
        node.ResultShape = _shape;
        Node = node;
        return this;
    }

    /// <summary>Where a leaf's gradient is accumulated: its <see cref="Grad"/>, made (uninitialised, <paramref name="isNew"/>) if there is none. Never scope-owned.</summary>
    internal Tensor AccumulatedGrad(out bool isNew)
    {
        isNew = _grad is null;
        return _grad ??= _ownGrad ??= AllocatePlain(_shape);
    }

    private void RunBackward(Tensor gradient)
    {
        if (Node is null)
            throw new InvalidOperationException($"Nothing was recorded for this tensor {TensorShape.Text(Shape)}: no leaf it was made from has RequiresGrad, or it was made under Autograd.NoGrad().");
        BackwardPass.Run(Node, gradient);
    }
}
