using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json;

namespace Interp.Bench;

/// <summary>Opening a Hugging Face folder of GPT-2 small's shape (about 500 MB): time and peak memory, each time in a process of its own.</summary>
internal static class OpenBench
{
    /// <summary>Opens <paramref name="folder"/> in this process; without one, makes a folder of random weights and has processes of this program open it.</summary>
    public static void Run(string? folder, int rounds, bool json)
    {
        if (folder is not null)
        {
            Open(folder, json);
            return;
        }
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("interp-bench-");
        try
        {
            ModelFile.Save(temporary.FullName, new HookedTransformer(Gpt2Small.Config, seed: 0));
            for (int round = 0; round < rounds; round++) OpenInAnotherProcess(temporary.FullName, json);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static void OpenInAnotherProcess(string folder, bool json)
    {
        List<string> arguments = ["open", folder];
        if (json) arguments.Add("--json");
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") arguments.Insert(0, Environment.GetCommandLineArgs()[0]);
        using Process process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments))!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"Opening {folder} ended with exit code {process.ExitCode}.");
    }

    private static void Open(string folder, bool json)
    {
        double fileSeconds = ReadFiles(folder);
        long before = PeakBytes(), start = Stopwatch.GetTimestamp();
        ModelFile opened = ModelFile.Open(folder);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        // Mapped weights are read when first used.
        start = Stopwatch.GetTimestamp();
        long weightBytes = 0;
        foreach (Tensor parameter in opened.Model.Parameters.Values)
        {
            if (!float.IsFinite(TensorPrimitives.Sum<float>(parameter.Span))) throw new InvalidOperationException("A weight is not finite.");
            weightBytes += (long)parameter.Length * sizeof(float);
        }
        double firstUse = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long peak = PeakBytes();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                bench = "open",
                seconds = Math.Round(seconds, 3),
                first_use_seconds = Math.Round(firstUse, 3),
                read_file_seconds = Math.Round(fileSeconds, 3),
                weight_megabytes = Math.Round(weightBytes / 1e6, 1),
                peak_megabytes = Math.Round(peak / 1e6, 1),
                before_megabytes = Math.Round(before / 1e6, 1),
                ratio_to_weights = Math.Round(peak / (double)weightBytes, 3),
            }));
            return;
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"open {seconds:f3} s, first use of every weight {firstUse:f3} s (reading the files alone {fileSeconds:f3} s)  peak memory {peak / 1e6:n0} MB, {peak / (double)weightBytes:f3} × the weights' {weightBytes / 1e6:n0} MB ({before / 1e6:n0} MB of it before opening)"));
    }

    private static double ReadFiles(string folder)
    {
        long start = Stopwatch.GetTimestamp();
        byte[] buffer = new byte[1 << 20];
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            while (stream.Read(buffer) > 0) { }
        }
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static long PeakBytes()
    {
        using Process self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64;
    }
}
