using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace Interp.Notebook.Scripting.Packages;

/// <summary>The MSBuild project by which the SDK restores a set of packages: nothing around it takes part, except NuGet.config files.</summary>
/// <param name="Packages">What is asked for; the last of a name counts.</param>
/// <param name="Sources">Sources beside those of NuGet.config: addresses and full paths.</param>
/// <param name="Folder">Where NuGet.config is looked for, from here upwards.</param>
internal sealed record RestoreProject(IReadOnlyList<PackageName> Packages, IReadOnlyList<string> Sources, string Folder)
{
    /// <summary>The framework and platform that packages are restored for: those this process runs on.</summary>
    public static string Framework { get; } = $"net{Environment.Version.Major}.0";

    public static string Platform { get; } = PortablePlatform();

    /// <summary>A short name for the set, the same for the same set.</summary>
    public string Key => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ToXml())), 0, 10);

    public string ToXml() => new XElement("Project",
        // The properties that keep Directory.*.props and *.targets out are read by Sdk.props itself, so it is imported after them.
        new XElement("PropertyGroup",
            new XElement("ImportDirectoryBuildProps", "false"),
            new XElement("ImportDirectoryBuildTargets", "false"),
            new XElement("ImportDirectoryPackagesProps", "false"),
            new XElement("BaseIntermediateOutputPath", "./"),
            new XElement("MSBuildProjectExtensionsPath", "./")),
        new XElement("Import", new XAttribute("Project", "Sdk.props"), new XAttribute("Sdk", "Microsoft.NET.Sdk")),
        new XElement("PropertyGroup",
            new XElement("TargetFramework", Framework),
            new XElement("RuntimeIdentifiers", Platform),
            new XElement("ManagePackageVersionsCentrally", "false"),
            new XElement("RestorePackagesWithLockFile", "false"),
            new XElement("TreatWarningsAsErrors", "false"),
            new XElement("NuGetAudit", "false"),
            // Only the packages: the framework is this process's.
            new XElement("UseAppHost", "false"),
            new XElement("EnableAppHostPackDownload", "false"),
            new XElement("EnableTargetingPackDownload", "false"),
            new XElement("EnableRuntimePackDownload", "false"),
            new XElement("DisableTransitiveFrameworkReferenceDownloads", "true"),
            new XElement("RestoreRootConfigDirectory", Escape(Folder)),
            new XElement("RestoreAdditionalProjectSources", string.Join(';', Sources.Select(Escape)))),
        new XElement("ItemGroup", Packages.Reverse().DistinctBy(p => p.Id, StringComparer.OrdinalIgnoreCase).OrderBy(p => p.Id, StringComparer.OrdinalIgnoreCase)
            .Select(p => new XElement("PackageReference", new XAttribute("Include", p.Id), new XAttribute("Version", p.Version ?? "*")))),
        new XElement("Import", new XAttribute("Project", "Sdk.targets"), new XAttribute("Sdk", "Microsoft.NET.Sdk"))).ToString();

    // MSBuild's own characters in paths.
    private static string Escape(string path) =>
        string.Concat(path.Select(c => c is '%' or '$' or '@' or ';' or '*' or '?' or '(' or ')' or '\'' ? $"%{(int)c:X2}" : c.ToString()));

    // Packages name platforms this way; RuntimeInformation.RuntimeIdentifier may name a distribution, which packages do not.
    private static string PortablePlatform()
    {
        string runtime = RuntimeInformation.RuntimeIdentifier;
        string system = OperatingSystem.IsWindows() ? "win"
            : OperatingSystem.IsMacOS() ? "osx"
            : OperatingSystem.IsFreeBSD() ? "freebsd"
            : runtime.Contains("musl", StringComparison.Ordinal) || runtime.StartsWith("alpine", StringComparison.Ordinal) ? "linux-musl"
            : "linux";
#pragma warning disable CA1308 // Platform names are written in lower case.
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
#pragma warning restore CA1308
    }
}
