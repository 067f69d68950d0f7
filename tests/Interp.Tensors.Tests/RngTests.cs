namespace Interp.Tensors.Tests;

public class RngTests
{
    [Fact]
    public void The_stream_is_xoshiro256_starstar_seeded_by_SplitMix64()
    {
        // The published algorithms (Blackman and Vigna), computed apart.
        var zero = new Rng(0);
        Assert.Equal(0x99ec5f36cb75f2b4UL, zero.NextUInt64());
        Assert.Equal(0xbf6e1f784956452aUL, zero.NextUInt64());
        Assert.Equal(0x1a5f849d4933e6e0UL, zero.NextUInt64());
        Assert.Equal(0x15780b2e0c2ec716UL, new Rng(42).NextUInt64());
    }

    [Fact]
    public void Streams_of_one_seed_differ()
    {
        ulong[] first = [.. Enumerable.Range(0, 1000).Select(stream => new Rng(7, (ulong)stream).NextUInt64())];
        Assert.Equal(1000, first.Distinct().Count());
    }

    [Fact]
    public void A_saved_state_goes_on_with_the_same_values()
    {
        var random = new Rng(3);
        random.NextUInt64();
        ulong[] state = random.Save();
        ulong next = random.NextUInt64();
        var other = new Rng(99);
        other.Restore(state);
        Assert.Equal(next, other.NextUInt64());
        Assert.Throws<ArgumentException>(() => other.Restore([1, 2]));
    }

    [Fact]
    public void Integers_are_uniform()
    {
        var random = new Rng(5);
        var counts = new int[7];
        for (int i = 0; i < 70_000; i++) counts[random.Next(7)]++;
        // Binomial deviation √(70,000·1/7·6/7) ≈ 93: five of them.
        Assert.All(counts, c => Assert.InRange(c, 10_000 - 465, 10_000 + 465));
        Assert.InRange(random.Next(-3, -1), -3, -2);
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(0));
    }

    [Fact]
    public void A_shuffle_keeps_every_item_and_moves_them()
    {
        int[] items = [.. Enumerable.Range(0, 100)];
        new Rng(6).Shuffle<int>(items);
        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }
}
