namespace Interp.Notebook.Scripting.Packages;

/// <summary>What <c>#r "nuget: Id, Version"</c> asks for.</summary>
/// <param name="Id">The package.</param>
/// <param name="Version">A version or a range; null takes the newest stable one.</param>
internal sealed record PackageName(string Id, string? Version);
