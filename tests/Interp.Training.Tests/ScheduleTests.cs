namespace Interp.Training.Tests;

public class ScheduleTests
{
    [Fact]
    public void The_rate_rises_linearly_to_its_peak_during_the_warm_up()
    {
        LearningRateSchedule schedule = new() { Peak = 1, WarmupSteps = 4 };
        Assert.Equal([0.25f, 0.5f, 0.75f, 1f, 1f], Enumerable.Range(0, 5).Select(s => schedule.At(s, 100)));
    }

    [Fact]
    public void The_cosine_falls_from_the_peak_to_the_final_fraction_at_the_last_step()
    {
        LearningRateSchedule schedule = new() { Peak = 2, WarmupSteps = 10, FinalFraction = 0.1f };
        Assert.Equal(2, schedule.At(10, 111), 1e-6f);
        Assert.Equal(1.1f, schedule.At(60, 111), 1e-6f);
        Assert.Equal(0.2f, schedule.At(110, 111), 1e-6f);
        Assert.Equal(0.2f, schedule.At(500, 111), 1e-6f);
    }

    [Fact]
    public void A_constant_rate_stays_at_the_peak()
    {
        LearningRateSchedule schedule = new() { Peak = 0.5f, WarmupSteps = 0, Decay = LearningRateDecay.Constant };
        Assert.All(new[] { 0, 1, 50, 99 }, s => Assert.Equal(0.5f, schedule.At(s, 100)));
    }

    [Fact]
    public void Snapshots_are_at_powers_of_2_first_and_then_even()
    {
        Assert.Equal([0, 1, 2, 4, 8, 16, 25, 50, 75, 100], new SnapshotSchedule { Even = 4 }.Steps(100));
        Assert.Equal([0, 25, 50, 75, 100], new SnapshotSchedule { Even = 4, EarlyPowers = false }.Steps(100));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(1000)]
    [InlineData(1600)]
    public void Snapshots_rise_from_the_start_to_the_last_step(long steps)
    {
        IReadOnlyList<long> chosen = new SnapshotSchedule().Steps(steps);
        Assert.Equal(0, chosen[0]);
        Assert.Equal(steps, chosen[^1]);
        Assert.All(chosen.Zip(chosen.Skip(1)), pair => Assert.True(pair.First < pair.Second));
        Assert.True(steps < 60 || chosen.Count >= 60, $"{chosen.Count} snapshots");
    }
}
