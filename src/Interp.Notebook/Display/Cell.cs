using Interp.Notebook.Scripting;

namespace Interp;

/// <summary>What a notebook's cell can do besides computing: show, ask, clear, stop. In a notebook these names need no prefix: <c>Display(figure)</c>.</summary>
/// <remarks>Outside a notebook, what is displayed goes to the console as text.</remarks>
/// <example><code>
/// Display(Plot.AttentionPattern(pattern, tokens));
/// var shown = Display("starting");                          // a handle: the output can change later
/// shown.Update("done");
/// foreach (var prompt in prompts.WithProgress("scoring")) Score(prompt);
/// string name = Input("Your name? ");
/// </code></example>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Naming", "CA1708", Justification = "display is .NET Interactive's name for Display.")]
public static class Cell
{
    /// <summary>Requested when the user interrupts the cell. Cells look at it by themselves in their loops; hand it to methods that take a token.</summary>
    public static CancellationToken Cancellation => AmbientCancellation.Token;

    /// <summary>Shows a value below the cell, before its end.</summary>
    /// <param name="value">Anything: a figure, a view, a tensor, a table's rows, HTML.</param>
    /// <returns>A handle with which to show something else in its place.</returns>
    public static DisplayHandle Display(object? value) => DisplayHandle.Show(value);

#pragma warning disable CA1707, IDE1006 // .NET Interactive's name for the same.
    /// <summary>Shows a value below the cell; the name that .NET Interactive gives to <see cref="Display"/>.</summary>
    /// <param name="value">Anything.</param>
    public static DisplayHandle display(object? value) => DisplayHandle.Show(value);
#pragma warning restore CA1707, IDE1006

    /// <summary>HTML to show: as a cell's last value or through <see cref="Display"/>.</summary>
    /// <param name="html">A fragment of HTML; it is shown as it is.</param>
    public static HtmlContent HTML(string html) => new(html);

    /// <summary>Markdown to show: as a cell's last value or through <see cref="Display"/>.</summary>
    /// <param name="markdown">The text.</param>
    public static MarkdownContent Markdown(string markdown) => new(markdown);

    /// <summary>Removes what the cell has shown and written so far.</summary>
    /// <param name="wait">Only when the next output comes, so that nothing flickers.</param>
    public static void Clear(bool wait = false) => CellConsole.Current?.Clear(wait);

    /// <summary>Asks the user for a line.</summary>
    /// <param name="prompt">What stands before the field.</param>
    /// <exception cref="InvalidOperationException">Nobody can answer: the notebook runs by itself.</exception>
    public static string Input(string prompt = "") => Ask(prompt, password: false);

    /// <summary>Asks the user for a line that is not shown while it is typed.</summary>
    /// <param name="prompt">What stands before the field.</param>
    /// <exception cref="InvalidOperationException">Nobody can answer: the notebook runs by itself.</exception>
    public static string Password(string prompt = "") => Ask(prompt, password: true);

    /// <summary>Shows a progress bar.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="total">How many steps there are; null where nobody knows.</param>
    public static ProgressBar Progress(string title, long? total = null) => new(title, total);

    private static string Ask(string prompt, bool password)
    {
        if (CellConsole.Current is { } console) return console.ReadLine(prompt, password);
        Console.Write(prompt);
        return Console.ReadLine() ?? "";
    }
}
