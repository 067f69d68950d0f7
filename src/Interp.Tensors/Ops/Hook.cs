namespace Interp;

public static partial class Ops
{
    /// <summary>Passes <paramref name="x"/> through and shows its gradient to <paramref name="backward"/>, which may replace it.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="backward">
    /// Gets the complete gradient of the result; returns a gradient of the same shape to pass on instead, or null to leave it. It must not write to
    /// what it gets; that stays valid until the scope in which backward runs ends, unless kept.
    /// </param>
    /// <returns>A view of <paramref name="x"/>; <paramref name="x"/> itself where nothing is recorded.</returns>
    /// <exception cref="ArgumentException">In backward: the replacement has another shape.</exception>
    public static Tensor Hook(Tensor x, Func<Tensor, Tensor?> backward)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(backward);
        return Autograd.Records(x) ? x.ViewAs(x.ShapeArray).Record(new HookNode(x, backward)) : x;
    }

    private sealed class HookNode(Tensor x, Func<Tensor, Tensor?> backward) : GradNode(x)
    {
        protected override void Backward(Tensor gradient)
        {
            // The hook's owner may hold on to either, so neither is added to in place or given back.
            gradient.Storage.Holders++;
            Tensor passed = gradient;
            if (backward(gradient) is { } replacement)
            {
                if (!replacement.Shape.SequenceEqual(ResultShape))
                    throw new ArgumentException($"A backward hook returned a gradient {TensorShape.Text(replacement.Shape)} where {TensorShape.Text(ResultShape)} is needed.");
                replacement.Storage.Holders++;
                passed = replacement.Detach();
            }
            Send(0, passed);
        }
    }
}
