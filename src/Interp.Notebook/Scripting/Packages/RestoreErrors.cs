using System.Text;

namespace Interp.Notebook.Scripting.Packages;

/// <summary>NuGet's error messages, in one that says what to do.</summary>
internal static class RestoreErrors
{
    /// <param name="packages">What was asked for.</param>
    /// <param name="assets">What the restore left; null where it did not come that far.</param>
    /// <param name="output">What the SDK printed.</param>
    public static string Describe(IReadOnlyList<PackageName> packages, AssetsFile? assets, string output)
    {
        StringBuilder text = new($"Could not install {string.Join(", ", packages)}.");
        var errors = (assets?.Messages ?? []).Where(m => m.IsError).DistinctBy(m => (m.Code, m.Package, m.Text)).ToArray();
        foreach (var error in errors) text.Append("\n  ").Append(Line(error.Code, error.Package, error.Text));
        if (errors.Length == 0) text.Append('\n').Append(LastLines(output));
        return text.ToString();
    }

    private static string Line(string code, string package, string message)
    {
        string said = string.Join(' ', message.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return code switch
        {
            "NU1101" => $"{package}: no source has a package of this name{After(said, "in source(s): ", " (asked: {0})")}. Check its spelling, or name its source with #i \"nuget: ADDRESS OR FOLDER\".",
            "NU1102" => $"{package}: no source has this version. {said} Take one that is there, or leave the version out for the newest.",
            "NU1103" => $"{package}: there are only previews of it; #r \"nuget: {package}, *-*\" takes the newest one.",
            "NU1301" => $"A package source cannot be reached: {said} Without a network, only packages that are on this machine can be had: those of a folder that #i \"nuget: FOLDER\" names, and earlier installed ones by their exact version.",
            "NU1201" or "NU1202" => $"{package}: it is not made for {RestoreProject.Framework}. {said}",
            "NU1107" or "NU1605" or "NU1608" => $"Two versions of a package are wanted: {said}",
            _ => $"{code}: {said}",
        };
    }

    private static string After(string text, string mark, string format)
    {
        int at = text.IndexOf(mark, StringComparison.Ordinal);
        return at < 0 ? "" : string.Format(System.Globalization.CultureInfo.InvariantCulture, format, text[(at + mark.Length)..]);
    }

    // Without an assets file the last lines say what broke, such as a NuGet.config that is not XML.
    private static string LastLines(string output)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] errors = [.. lines.Where(l => l.Contains("error", StringComparison.OrdinalIgnoreCase)).Distinct()];
        return string.Join('\n', (errors.Length > 0 ? errors : lines).TakeLast(5).Select(l => "  " + l));
    }
}
