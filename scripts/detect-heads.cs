#:project ../src/Interp.Analysis/Interp.Analysis.csproj
#:property PublishAot=false

// Which heads have a known job.
using Interp;
using Interp.Files;

const string usage = """
    usage: dotnet run scripts/detect-heads.cs [-- MODEL]
      MODEL  whatever 'interp info' opens; without it the small model in docs/example
    """;
if (args is ["--help"] or ["-h"] or [_, _, ..])
{
    Console.WriteLine(usage);
    return args.Length > 1 ? 2 : 0;
}
string example = Path.Combine(Path.GetDirectoryName((string)AppContext.GetData("EntryPointFilePath")!)!, "..", "docs", "example");
ModelFile file;
try
{
    file = ModelFile.Open(args.FirstOrDefault() ?? example);
}
catch (ModelFileException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
Console.WriteLine(file.Description);

HeadScores scores = HeadScores.Measure(file.Model);
foreach (string note in scores.Notes) Console.Error.WriteLine(note);
foreach (IGrouping<HeadKind, HeadScore> kind in scores.Where(s => s.Kind != HeadKind.Other).GroupBy(s => s.Kind).OrderBy(group => group.Key))
{
    Console.WriteLine(kind.Key);
    foreach (HeadScore s in kind.OrderByDescending(s => s.PrefixMatching))
        Console.WriteLine($"  {s.Layer}.{s.Head}  prefix matching {s.PrefixMatching:F2}, copying {s.CopyingSigned:F2}, previous token {s.PreviousToken:F2}");
}
Console.WriteLine($"{scores.OfKind(HeadKind.Other).Count()} other heads");
return 0;
