using Torch = TorchSharp.torch;

namespace Interp;

/// <summary>
/// Where a run left TorchSharp for a hook and came back: the gradient takes the same way in reverse. Each part of the run between two such places is a
/// TorchSharp graph of its own, whose end is a leaf of the next.
/// </summary>
internal sealed class TorchTape
{
    private readonly List<Crossing> _crossings = [];

    /// <summary>Notes a place.</summary>
    /// <param name="before">What the run computed.</param>
    /// <param name="seen">The same, as the hooks saw it.</param>
    /// <param name="left">What the hooks left, recorded from <paramref name="seen"/>.</param>
    /// <param name="after">The same, as the run goes on with it: a leaf.</param>
    public void Add(Torch.Tensor before, Tensor seen, Tensor left, Torch.Tensor after) =>
        _crossings.Add(new Crossing(before.DetachFromDisposeScope(), seen, left, after.DetachFromDisposeScope()));

    /// <summary>Carries a gradient from the end of the run to its beginning, through every hook.</summary>
    /// <param name="end">The run's last tensor.</param>
    /// <param name="gradient">Its gradient.</param>
    public void Backward(Torch.Tensor end, Tensor gradient)
    {
        using Torch.Tensor seed = gradient.ToTorch(end.device);
        // Several ends may share a beginning: it is still needed after the first.
        Torch.autograd.backward([end], [seed], retain_graph: true);
        for (int i = _crossings.Count - 1; i >= 0; i--) _crossings[i].Backward();
        foreach (Crossing crossing in _crossings) crossing.Dispose();
    }

    private sealed record Crossing(Torch.Tensor Before, Tensor Seen, Tensor Left, Torch.Tensor After) : IDisposable
    {
        public void Backward()
        {
            // Nothing after this place reached it.
            if (After.grad is not { } arrived) return;
            using (arrived) Left.Backward(arrived.ToInterp());
            if (!Before.requires_grad || Seen.Grad is not { } leaving) return;
            using Torch.Tensor seed = leaving.ToTorch(Before.device);
            Torch.autograd.backward([Before], [seed], retain_graph: true);
        }

        public void Dispose()
        {
            Before.Dispose();
            After.Dispose();
        }
    }
}
