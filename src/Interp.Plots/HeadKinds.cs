namespace Interp;

/// <summary>The kinds of heads that figures colour, in the order of their legend.</summary>
public static class HeadKinds
{
    /// <summary>High prefix matching and positive copying.</summary>
    public const string Induction = "induction";

    /// <summary>High prefix matching and negative copying.</summary>
    public const string AntiCopying = "anti-copying prefix search";

    /// <summary>Attends to the position before.</summary>
    public const string PreviousToken = "previous token";

    /// <summary>Attends to earlier occurrences of the same token.</summary>
    public const string DuplicateToken = "duplicate token";

    /// <summary>None of these.</summary>
    public const string Other = "other";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Induction, AntiCopying, PreviousToken, DuplicateToken, Other];

    /// <summary>The name that figures give to a kind; those that they do not tell apart are <see cref="Other"/>.</summary>
    public static string Of(HeadKind kind) => kind switch
    {
        HeadKind.Induction => Induction,
        HeadKind.AntiCopyingPrefixSearch => AntiCopying,
        HeadKind.PreviousToken => PreviousToken,
        HeadKind.DuplicateToken => DuplicateToken,
        _ => Other,
    };

    /// <summary>A kind's colour, the same in every figure. What is not listed is drawn as <see cref="Other"/>.</summary>
    public static string Color(string? kind) => kind switch
    {
        Induction => "#d55e00",
        AntiCopying => "#cc79a7",
        PreviousToken => "#0072b2",
        DuplicateToken => "#009e73",
        _ => FigureStyle.Muted,
    };

    /// <summary>The position in the legend; what is not listed comes last.</summary>
    internal static int Order(string? kind)
    {
        for (int i = 0; i < All.Count; i++)
            if (All[i] == kind) return i;
        return All.Count - 1;
    }
}
