namespace Interp;

/// <summary>Showing things in a notebook, written after the thing.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows the value below the cell, as <see cref="Cell.Display"/> does: <c>model.Config.Display();</c></summary>
    /// <param name="value">Anything.</param>
    /// <returns>A handle with which to show something else in its place.</returns>
    public static DisplayHandle Display(this object? value) => DisplayHandle.Show(value);

    /// <summary>The items as they are, with a progress bar below the cell while they are enumerated.</summary>
    /// <param name="items">The items. Where their number is known without enumerating them, the bar tells the time left.</param>
    /// <param name="title">What is done with them.</param>
    /// <example><code>
    /// foreach (var prompt in prompts.WithProgress("scoring")) scores.Add(Score(prompt));
    /// </code></example>
    public static IEnumerable<T> WithProgress<T>(this IEnumerable<T> items, string title = "")
    {
        ArgumentNullException.ThrowIfNull(items);
        return Enumerate(items, title);
    }

    private static IEnumerable<T> Enumerate<T>(IEnumerable<T> items, string title)
    {
        using ProgressBar bar = new(title, items.TryGetNonEnumeratedCount(out int count) ? count : null);
        foreach (T item in items)
        {
            yield return item;
            bar.Advance();
        }
    }
}
