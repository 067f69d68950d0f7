namespace Interp.Notebook.Install;

/// <summary>Copies of the tool that belong to one registration each: in the user's data folder, named after it.</summary>
internal static class KernelCopies
{
    private static string Root => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "interp", "kernels");

    /// <summary>Where the copy for a registration's folder is kept.</summary>
    public static string Of(string specFolder)
    {
        // Registrations of one name in two places have two copies.
        byte[] place = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Path.GetFullPath(specFolder)));
        return Path.Combine(Root, $"{Path.GetFileName(specFolder)}-{Convert.ToHexStringLower(place.AsSpan(0, 4))}");
    }

    /// <summary>Deletes the copy for a registration's folder, where there is one.</summary>
    public static void Delete(string specFolder)
    {
        if (Directory.Exists(Of(specFolder))) Directory.Delete(Of(specFolder), recursive: true);
    }
}
