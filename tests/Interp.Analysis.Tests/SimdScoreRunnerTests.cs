using Interp.Tests.Conformance;

namespace Interp.Analysis.Tests;

public class SimdScoreRunnerTests : ScoreRunnerConformance
{
    protected override IScoreRunner Runner => SimdScoreRunner.Instance;
}
