namespace Interp.Notebook.Scripting.Packages;

/// <summary>Finds the files of NuGet packages.</summary>
internal interface IPackageRestore
{
    /// <summary>Restores packages together.</summary>
    /// <param name="packages">Every package the session has asked for so far, in order, the new ones last.</param>
    /// <param name="sources">Further sources that the notebook named (<c>#i "nuget: URL"</c>), besides those of the user's NuGet.config.</param>
    /// <param name="report">Takes a line for the user, such as what was installed.</param>
    /// <param name="cancellation">Requested when the user interrupts.</param>
    /// <exception cref="InvalidOperationException">A package could not be had; the message says why and what to do.</exception>
    Task<PackageFiles> RestoreAsync(IReadOnlyList<PackageName> packages, IReadOnlyList<string> sources, Action<string> report, CancellationToken cancellation);
}
