using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Interp.Cli.Tests;

/// <summary>A sweep in a process of its own, killed without warning (SIGKILL) and started again.</summary>
public sealed class KilledSweepTests : IDisposable
{
    private const int Layers = 6, Heads = 8;

    private readonly string _folder = Directory.CreateTempSubdirectory("interp-killed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("rows.csv")]
    [InlineData("rows.db")]
    public async Task Nothing_is_lost_and_nothing_is_measured_twice(string file)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        string model = Path.Combine(_folder, "model"), results = Path.Combine(_folder, file), tokens = Path.Combine(_folder, "tokens.json");
        TransformerConfig config = new() { Layers = Layers, DModel = 64, Heads = Heads, DHead = 8, DMlp = 128, Vocabulary = 50, Context = 128, InitializerRange = 0.2f };
        ModelFile.Save(model, new HookedTransformer(config, seed: 3));
        Rng random = new(1);
        int[][] rows = [.. Enumerable.Range(0, 32).Select(_ => Enumerable.Range(0, 128).Select(_ => random.Next(50)).ToArray())];
        await File.WriteAllTextAsync(tokens, JsonSerializer.Serialize(rows), cancel);
        string[] sweep = ["ablate", model, "--tokens", tokens, "--json", "--out"];

        using (Process killed = Start([.. sweep, results]))
        {
            while (!killed.HasExited && Stored(results).Count < 3) await Task.Delay(5, cancel);
            killed.Kill();
            await killed.WaitForExitAsync(cancel);
            // 48 batches take a second or more: a process that got through them all was not killed, and this proves nothing.
            Assert.NotEqual(0, killed.ExitCode);
        }
        Dictionary<(int, int), double> kept = Stored(results);
        Assert.InRange(kept.Count, 3, (Layers * Heads) - 1);
        // A mark on what is there: measured again, it would be gone.
        Mark(results);

        JsonElement resumed = await Json([.. sweep, results]), whole = await Json([.. sweep, Path.Combine(_folder, "whole" + file)]);
        Assert.Equal(Layers * Heads, resumed.GetProperty("rows").GetArrayLength());
        foreach ((JsonElement one, JsonElement other) in resumed.GetProperty("rows").EnumerateArray().Zip(whole.GetProperty("rows").EnumerateArray()))
        {
            (int Layer, int Head) head = (one.GetProperty("layer").GetInt32(), one.GetProperty("head").GetInt32());
            Assert.Equal(head, (other.GetProperty("layer").GetInt32(), other.GetProperty("head").GetInt32()));
            Assert.Equal(head == (0, 0) ? 1234.5 : other.GetProperty("value").GetDouble(), one.GetProperty("value").GetDouble());
            if (head != (0, 0) && kept.TryGetValue(head, out double stored)) Assert.Equal(stored, one.GetProperty("value").GetDouble());
        }
        Assert.Equal(Layers * Heads, Stored(results).Count);
    }

    /// <summary>The values on disk by layer and head; throws where one is there twice.</summary>
    private static Dictionary<(int Layer, int Head), double> Stored(string path)
    {
        List<((int, int), double)> rows = [];
        if (!File.Exists(path)) return [];
        if (path.EndsWith(".csv", StringComparison.Ordinal))
        {
            using StreamReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            string text = reader.ReadToEnd();
            // What follows the last line end may be half a line.
            foreach (string[] fields in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2).Select(line => line.Split(',')))
                rows.Add(((int.Parse(fields[^7], CultureInfo.InvariantCulture), int.Parse(fields[^6], CultureInfo.InvariantCulture)), double.Parse(fields[^3], CultureInfo.InvariantCulture)));
            return rows.ToDictionary();
        }
        using SqliteConnection connection = Open(path);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = 'sweep'";
        if ((long)command.ExecuteScalar()! == 0) return [];
        command.CommandText = "SELECT layer, head, value FROM sweep";
        using SqliteDataReader reader2 = command.ExecuteReader();
        while (reader2.Read()) rows.Add(((reader2.GetInt32(0), reader2.GetInt32(1)), reader2.GetDouble(2)));
        return rows.ToDictionary();
    }

    /// <summary>Puts another value in place of head 0.0's.</summary>
    private static void Mark(string path)
    {
        if (path.EndsWith(".csv", StringComparison.Ordinal))
        {
            string text = File.ReadAllText(path);
            string[] lines = text.Split('\n');
            string[] fields = lines[2].Split(',');
            fields[^3] = "1234.5";
            lines[2] = string.Join(',', fields);
            File.WriteAllText(path, string.Join('\n', lines));
            return;
        }
        using SqliteConnection connection = Open(path);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "UPDATE sweep SET value = 1234.5 WHERE layer = 0 AND head = 0";
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private static SqliteConnection Open(string path)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static Process Start(string[] args) => Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "interp.dll"), .. args])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task<JsonElement> Json(string[] args)
    {
        ToolRun run = await ToolRun.Of(args);
        Assert.True(run.ExitCode == 0, run.Errors);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
