namespace Interp;

/// <summary>The direction in which per-token losses move over the phase change, and how far an ablation moves them along it (Olsson et al. 2022).</summary>
public static class BeforeAndAfter
{
    /// <summary>v = unit(losses at the window's end − losses at its start).</summary>
    /// <exception cref="ArgumentException">The lengths differ, or nothing changed.</exception>
    public static float[] Direction(ReadOnlySpan<float> start, ReadOnlySpan<float> end)
    {
        if (start.Length != end.Length) throw new ArgumentException($"Loss vectors of {start.Length} and {end.Length} entries do not compare.", nameof(end));
        float[] direction = new float[start.Length];
        double squares = 0;
        for (int i = 0; i < direction.Length; i++)
        {
            direction[i] = end[i] - start[i];
            squares += (double)direction[i] * direction[i];
        }
        if (squares == 0) throw new ArgumentException("The two loss vectors are equal: there is no direction of change.", nameof(end));
        double norm = Math.Sqrt(squares);
        for (int i = 0; i < direction.Length; i++) direction[i] = (float)(direction[i] / norm);
        return direction;
    }

    /// <summary>v · (ablated − normal): negative for a head whose removal undoes the change, as for induction heads.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Projection(ReadOnlySpan<float> direction, ReadOnlySpan<float> ablated, ReadOnlySpan<float> normal)
    {
        if (direction.Length != ablated.Length || direction.Length != normal.Length)
            throw new ArgumentException($"Vectors of {direction.Length}, {ablated.Length} and {normal.Length} entries do not fit together.", nameof(ablated));
        double sum = 0;
        for (int i = 0; i < direction.Length; i++) sum += (double)direction[i] * (ablated[i] - normal[i]);
        return sum;
    }
}
