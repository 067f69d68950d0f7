using System.Globalization;

namespace Interp;

/// <summary>Conveniences on every <see cref="IHookedModel"/>.</summary>
public static class HookedModelExtensions
{
    /// <summary>Logits and the activations of the points for which <paramref name="select"/> is true.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">[batch, position]</param>
    /// <param name="select">Asked once for each point, but those that are computed on demand only.</param>
    /// <param name="hooks">Hooks that run as well.</param>
    /// <param name="memoryBudget">The most bytes that the cache may take; null: half of the memory that is free.</param>
    /// <exception cref="InsufficientMemoryException">The selection needs more than the budget; nothing was run.</exception>
    public static CachedRun RunWithCache(
        this IHookedModel model, Tokens tokens, Func<HookPoint, bool> select, Hooks? hooks = null, long? memoryBudget = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        string[] names = [.. HookPoint.Of(model.Config).Where(point => !point.OnDemand).Where(select).Select(point => point.Name)];
        return model.RunWithCache(tokens, names, hooks, memoryBudget);
    }

    /// <summary>A model's kind, layers, heads, width and how many parameters.</summary>
    internal static string InALine(IHookedModel model)
    {
        static string Counted(int n, string what) => string.Create(CultureInfo.InvariantCulture, $"{n} {what}{(n == 1 ? "" : "s")}");
        long parameters = model.Parameters.Values.Sum(p => (long)p.Length);
        return string.Create(
            CultureInfo.InvariantCulture, $"{model.GetType().Name}: {Counted(model.Config.Layers, "layer")} of {Counted(model.Config.Heads, "head")}, width {model.Config.DModel}, {parameters:N0} parameters");
    }
}
