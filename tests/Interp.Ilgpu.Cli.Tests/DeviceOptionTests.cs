using System.Diagnostics;
using System.Text.Json;
using Interp.Tests.Shared;

namespace Interp.Ilgpu.Cli.Tests;

/// <summary><c>--device</c> of the tool that is built on ILGPU, run as its user runs it.</summary>
public class DeviceOptionTests
{
    private static readonly string s_model = Path.Combine(Optional.RepositoryRoot, "docs", "example");

    [Fact]
    public async Task Scores_of_a_device_are_those_without_one()
    {
        (int code, string plain, _) = await Heads("--json");
        Assert.Equal(0, code);
        (code, string onDevice, string notes) = await Heads("--json", "--device", "cpu");
        Assert.Equal(0, code);
        Assert.Contains("Scores run on", notes, StringComparison.Ordinal);
        Assert.Contains("for checking", notes, StringComparison.Ordinal);

        using JsonDocument expected = JsonDocument.Parse(plain), actual = JsonDocument.Parse(onDevice);
        JsonElement[] heads = [.. expected.RootElement.GetProperty("heads").EnumerateArray()], here = [.. actual.RootElement.GetProperty("heads").EnumerateArray()];
        Assert.NotEmpty(heads);
        Assert.Equal(heads.Length, here.Length);
        foreach ((JsonElement head, JsonElement same) in heads.Zip(here))
        {
            foreach (JsonProperty score in head.EnumerateObject())
            {
                JsonElement value = same.GetProperty(score.Name);
                if (score.Value.ValueKind == JsonValueKind.Number) Assert.Equal(score.Value.GetDouble(), value.GetDouble(), 1e-5);
                else Assert.Equal(score.Value.ToString(), value.ToString());
            }
        }
    }

    [Fact]
    public async Task Auto_takes_a_device_that_works_or_else_the_SIMD_units_and_names_it()
    {
        (int code, string table, string notes) = await Heads("--device", "auto");
        Assert.Equal(0, code);
        Assert.Contains("induction", table, StringComparison.Ordinal);
        Assert.Contains("Scores run on", notes, StringComparison.Ordinal);
        Assert.DoesNotContain("for checking", notes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_that_there_is_not_is_an_error_that_says_what_was_looked_for()
    {
        (int code, string output, string errors) = await Heads("--device", "cuda");
        if (code == 0) Assert.Skip("This machine has a CUDA device.");
        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Contains("No CUDA device", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_devices_are_named_in_the_help_and_where_another_is_asked_for()
    {
        (int code, string help, _) = await Heads("--help");
        Assert.Equal(0, code);
        Assert.Contains("--device <auto|cpu|cuda|opencl>", help, StringComparison.Ordinal);
        (code, _, string errors) = await Heads("--device", "tpu");
        Assert.Equal(2, code);
        Assert.Contains("'opencl'", errors, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> Heads(params string[] options)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "interp-ilgpu.dll"), "heads", s_model, .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process tool = Process.Start(start)!;
        Task<string> errors = tool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await tool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (tool.ExitCode, output, await errors);
    }
}
