using System.Diagnostics;
using System.Globalization;

namespace Interp.Cli;

/// <summary>Runs a sweep with live progress.</summary>
internal static class SweepSession
{
    public static SweepRow[] Run(Sweep sweep, string? results, CancellationToken cancel)
    {
        using ProgressLine line = new();
        try
        {
            return [.. sweep.Run(results, new Shown(line), cancel)];
        }
        catch (OperationCanceledException) when (results is not null)
        {
            line.Keep($"Stopped; {results} has what was measured, and the same command goes on from it.");
            throw;
        }
    }

    // Progress<T> would report from other threads, after the line is gone.
    private sealed class Shown(ProgressLine line) : IProgress<SweepProgress>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private int _first = -1;

        public void Report(SweepProgress value)
        {
            // What was stored before costs nothing and must not flatter the estimate.
            if (_first < 0) _first = value.Done;
            int measured = value.Done - _first;
            TimeSpan left = measured == 0 ? TimeSpan.Zero : _clock.Elapsed * ((double)(value.Total - value.Done) / measured);
            line.Report(string.Create(CultureInfo.InvariantCulture, $"{value.Done:N0} of {value.Total:N0} measurements"), (double)value.Done / value.Total, left);
        }
    }
}
