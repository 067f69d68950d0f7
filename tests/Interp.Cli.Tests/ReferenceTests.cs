using System.Text.Json;
using Interp.Files;
using Interp.Tests.Shared;

namespace Interp.Cli.Tests;

/// <summary>The whole way from the command line to a file, on every folder of references.</summary>
public sealed class ReferenceTests : IDisposable
{
    // What two float32 computations of these depths differ by, relative to a tensor's scale.
    private const double Tolerance = 1e-5;

    private readonly string _folder = Directory.CreateTempSubdirectory("interp-reference-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Folders with config.json, weights and acts: the small ones of the models' tests, and the shared ones where they are there.</summary>
    public static TheoryData<string> Folders()
    {
        string own = Path.Combine(Optional.RepositoryRoot, "tests", "Interp.Models.Tests", "fixtures"), shared = Path.Combine(Optional.RepositoryRoot, "..", "shared", "fixtures");
        return [.. Directory.GetDirectories(own).Concat(Directory.Exists(shared) ? Directory.GetDirectories(shared) : [])
            .Where(f => File.Exists(Path.Combine(f, "config.json")) && File.Exists(Path.Combine(f, "acts.safetensors")))
            .Select(f => Path.GetRelativePath(Optional.RepositoryRoot, f)).Order()];
    }

    [Theory, MemberData(nameof(Folders))]
    public async Task Run_saves_every_activation_of_the_reference(string folder)
    {
        string model = Path.Combine(Optional.RepositoryRoot, folder);
        SafetensorsFile reference = SafetensorsFile.Open(Path.Combine(model, "acts.safetensors"));
        int[][] rows = Rows(reference.Read("tokens"));

        SafetensorsFile saved = await RunTool(model, rows, "--save", "*");
        Assert.Equal(["logits", .. Activations(reference)], saved.Tensors.Keys.Order(StringComparer.Ordinal).OrderBy(name => name != "logits"));
        Agrees("logits", reference.Read(reference.Tensors.ContainsKey("logits_f64") ? "logits_f64" : "logits"), saved.Read("logits"));
        foreach (string name in Activations(reference)) Agrees(name, reference.Read("act." + name), saved.Read(name));

        // A padded row means what it means alone, up to its end.
        int half = rows[0].Length / 2, whole = rows[0].Length;
        SafetensorsFile padded = await RunTool(model, [rows[0], rows[1][..half]], "--pad", "0", "--save", "*.hook_resid_post", "*.hook_pattern");
        Assert.Equal([2, whole], padded.Tensors["logits"].Shape.Take(2));
        foreach (string name in padded.Tensors.Keys)
        {
            Tensor expected = reference.Read(name == "logits" ? "logits" : "act." + name), actual = padded.Read(name);
            Agrees($"{name}, the whole row", expected.Select(0), actual.Select(0));
            bool pattern = name.EndsWith("pattern", StringComparison.Ordinal);
            Agrees($"{name}, the padded row", Start(expected.Select(1), half, pattern), Start(actual.Select(1), half, pattern));
        }
    }

    /// <summary>The first positions of [position, …], or the first queries and keys of [head, query, key].</summary>
    private static Tensor Start(Tensor x, int positions, bool pattern) =>
        pattern ? Ops.Slice(Ops.Slice(x, axis: 1, start: 0, length: positions), axis: 2, start: 0, length: positions) : Ops.Slice(x, axis: 0, start: 0, length: positions);

    private static IEnumerable<string> Activations(SafetensorsFile reference) =>
        reference.Tensors.Keys.Where(name => name.StartsWith("act.", StringComparison.Ordinal)).Select(name => name[4..]).Order(StringComparer.Ordinal);

    private static int[][] Rows(Tensor tokens) => [.. tokens.Span.ToArray().Select(id => (int)id).Chunk(tokens.Shape[1])];

    private async Task<SafetensorsFile> RunTool(string model, int[][] rows, params string[] options)
    {
        string tokens = Path.Combine(_folder, "tokens.json"), output = Path.Combine(_folder, $"{options[0]}.safetensors");
        await File.WriteAllTextAsync(tokens, JsonSerializer.Serialize(rows));
        ToolRun run = await ToolRun.Of(["run", model, "--tokens", tokens, "--out", output, .. options]);
        Assert.True(run.ExitCode == 0, run.Errors);
        return SafetensorsFile.Open(output);
    }

    private static void Agrees(string what, Tensor expected, Tensor actual)
    {
        Assert.True(expected.Shape.SequenceEqual(actual.Shape), what);
        // −∞, a score of the future, must be −∞ again.
        double scale = expected.Span.ToArray().Where(float.IsFinite).Max(x => Math.Abs((double)x));
        for (int i = 0; i < expected.Length; i++)
        {
            float e = expected.Span[i], a = actual.Span[i];
            Assert.True(e.Equals(a) || Math.Abs((double)e - a) <= Tolerance * scale, $"{what} is {a} at element {i}, expected {e} at a scale of {scale}");
        }
    }
}
