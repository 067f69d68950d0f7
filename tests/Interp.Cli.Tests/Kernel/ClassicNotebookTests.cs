namespace Interp.Cli.Tests.Kernel;

/// <summary>The kernel in the classic Jupyter notebook.</summary>
[Collection("kernel processes")]
public sealed class ClassicNotebookTests(ClassicNotebook run) : IClassFixture<ClassicNotebook>
{
    public static TheoryData<string> Checks => ClassicNotebook.Checks;

    [Theory, MemberData(nameof(Checks))]
    public void The_classic_notebook_works(string check)
    {
        ClassicNotebook.Need();
        run.Passes(check);
    }
}
