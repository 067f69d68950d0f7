using System.Diagnostics;

namespace Interp.Bench;

/// <summary>What time is measured by: the wall's, or the processor time of this process, which a machine busy with other work inflates least.</summary>
internal sealed class Clock(bool processor)
{
    /// <summary>"wall" or "processor".</summary>
    public string Name => processor ? "processor" : "wall";

    /// <summary>What follows a unit of time in a line of text.</summary>
    public string Remark => processor ? " of processor time" : "";

    /// <summary>Seconds since some moment.</summary>
    public double Seconds => processor ? Environment.CpuUsage.TotalTime.TotalSeconds : Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;
}
