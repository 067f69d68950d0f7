using Interp.Passes;
using Torch = TorchSharp.torch;

namespace Interp;

/// <summary>One run on TorchSharp: its hooks, which see tensors of ours, and the way back through them.</summary>
/// <param name="points">The model's hook points by name.</param>
/// <param name="pass">The run's hooks.</param>
/// <param name="device">Where the run computes.</param>
internal sealed class TorchPass(IReadOnlyDictionary<string, HookPoint> points, Pass pass, Torch.Device device)
{
    public TorchTape Tape { get; } = new();

    /// <summary>True where something happens at the point.</summary>
    public bool Wants(string name) => pass.Wants(points[name]);

    /// <summary>The activation after the point's hooks.</summary>
    public Torch.Tensor At(string name, Torch.Tensor activation)
    {
        HookPoint point = points[name];
        if (!pass.Wants(point)) return activation;
        Tensor seen = activation.ToInterp();
        if (!pass.Changes(point))
        {
            pass.At(point, seen);
            return activation;
        }
        if (Autograd.Enabled) seen.RequiresGrad = activation.requires_grad;
        Tensor left = pass.At(point, seen);
        if (ReferenceEquals(left, seen)) return activation;
        Torch.Tensor after = left.ToTorch(device);
        if (!left.RequiresGrad) return after;
        after.requires_grad_(true);
        Tape.Add(activation, seen, left, after);
        return after;
    }
}
