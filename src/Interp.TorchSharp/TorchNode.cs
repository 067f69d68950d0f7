namespace Interp;

/// <summary>A TorchSharp run as one recorded operation of ours.</summary>
/// <param name="input">What the run started from, where that is a tensor of ours.</param>
/// <param name="backward">The gradient of the result to the gradient of <paramref name="input"/>, null where there is none.</param>
internal sealed class TorchNode(Tensor? input, Func<Tensor, Tensor?> backward) : GradNode(input)
{
    protected override void Backward(Tensor gradient)
    {
        if (backward(gradient) is { } sent) Send(0, sent);
    }
}
