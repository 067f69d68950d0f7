namespace Interp;

/// <summary>Where a run stands, told after every step.</summary>
/// <param name="Step">The last update.</param>
/// <param name="Steps">The number of updates of the whole run.</param>
/// <param name="Tokens">Training tokens so far.</param>
/// <param name="Snapshot">What was measured just now, at a snapshot's step; null at the others.</param>
/// <param name="TokensPerSecond">Training tokens in a second of this session, evaluations included.</param>
/// <param name="TimeLeft">What the rest of the run takes at this speed.</param>
public sealed record TrainingProgress(TrainingStep Step, long Steps, long Tokens, Snapshot? Snapshot, double TokensPerSecond, TimeSpan TimeLeft);
