namespace Interp;

/// <summary>Where an operation's backward writes one input's gradient; see <see cref="GradNode"/>.</summary>
internal readonly ref struct GradientTarget
{
    public GradientTarget(Tensor destination, Tensor? addend) => (Destination, Addend) = (destination, addend);

    /// <summary>Receives the sum; uninitialised unless it is also the addend.</summary>
    public Tensor Destination { get; }

    /// <summary>What was accumulated before, if anything: the destination itself, or another tensor of its shape.</summary>
    public Tensor? Addend { get; }

    /// <summary>Makes the destination hold what was accumulated before (zeros if nothing), for an operation that adds to it or to parts of it.</summary>
    public Span<float> Initialise()
    {
        Span<float> all = Destination.Span;
        if (Addend is null) all.Clear();
        else if (Addend != Destination) Addend.Span.CopyTo(all);
        return all;
    }

    /// <summary>Prepares for an operation that either overwrites or adds to the destination: copies the addend there if need be.</summary>
    /// <returns>Whether the destination holds something to add to.</returns>
    public bool InitialiseSum()
    {
        if (Addend is null) return false;
        if (Addend != Destination) Addend.Span.CopyTo(Destination.Span);
        return true;
    }
}
