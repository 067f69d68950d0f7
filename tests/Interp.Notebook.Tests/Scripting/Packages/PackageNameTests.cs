using Interp.Notebook.Scripting.Packages;

namespace Interp.Notebook.Tests.Scripting.Packages;

public sealed class PackageNameTests
{
    [Theory]
    [InlineData("nuget: Plotly.NET, 5.1.0", "Plotly.NET", "5.1.0", false)]
    [InlineData("nuget:Plotly.NET,5.1.0-beta.2+x", "Plotly.NET", "5.1.0-beta.2+x", false)]
    [InlineData(" NuGet : a_b-c ", "a_b-c", null, true)]
    [InlineData("nuget: X, *-*", "X", "*-*", true)]
    [InlineData("nuget: X, 1.*", "X", "1.*", true)]
    [InlineData("nuget: X, [1.0, 2.0)", "X", "[1.0, 2.0)", true)]
    public void A_reference_names_a_package_and_perhaps_a_version(string reference, string id, string? version, bool floats)
    {
        PackageName name = PackageName.Parse(reference);
        Assert.Equal((id, version, floats), (name.Id, name.Version, name.Floats));
    }

    [Theory]
    [InlineData("nuget:")]
    [InlineData("nuget: ")]
    [InlineData("nuget: A B")]
    [InlineData("nuget: A, ")]
    [InlineData("nuget: A, 1.0\" /><Import")]
    [InlineData("nuget: ../A")]
    [InlineData("A, 1.0")]
    public void Anything_else_is_refused_with_an_example(string reference) =>
        Assert.Contains("#r \"nuget: Name, 1.2.3\"", Assert.Throws<FormatException>(() => PackageName.Parse(reference)).Message);
}
