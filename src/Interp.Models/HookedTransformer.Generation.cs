using Interp.Passes;

namespace Interp;

public sealed partial class HookedTransformer
{
    /// <summary>Continues a prompt. Keys and values of earlier positions are kept, so that each step runs one position.</summary>
    /// <param name="prompt">[batch, position]; rows of different lengths are separate calls.</param>
    /// <param name="newTokens">How many tokens to add; prompt and new tokens must fit the context.</param>
    /// <param name="sampler">How to choose; null: greedy.</param>
    /// <param name="hooks">Hooks for every step. They see the prompt first, then one position at a time; patterns are [batch, head, new positions, all positions].</param>
    /// <param name="stopToken">A row ends with this token (it is then filled up with it); the call returns when all rows have.</param>
    /// <param name="cancel">Ends the generation with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>[batch, prompt + new positions]</returns>
    /// <exception cref="ArgumentException">The context is too short, or a token is outside the vocabulary.</exception>
    public Tokens Generate(
        Tokens prompt, int newTokens, Sampler? sampler = null, Hooks? hooks = null, int? stopToken = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfNegative(newTokens);
        RunChecks.Positions(Config, prompt.Positions + newTokens);
        List<int>[] rows = [.. Enumerable.Range(0, prompt.Batch).Select(b => prompt.Row(b).ToArray().ToList())];
        foreach (int[] next in Stream(prompt, sampler, hooks).Take(newTokens))
        {
            cancel.ThrowIfCancellationRequested();
            for (int b = 0; b < rows.Length; b++)
                rows[b].Add(rows[b].Count > prompt.Positions && rows[b][^1] == stopToken ? stopToken!.Value : next[b]);
            if (stopToken is not null && rows.All(row => row[^1] == stopToken)) break;
        }
        return Tokens.FromRows([.. rows.Select(row => row.ToArray())]);
    }

    /// <summary>The tokens of <see cref="Generate"/> as they are made: one array [batch] a step, until the context is full.</summary>
    /// <param name="prompt">[batch, position]</param>
    /// <param name="sampler">How to choose; null: greedy.</param>
    /// <param name="hooks">Hooks for every step.</param>
    public IEnumerable<int[]> Stream(Tokens prompt, Sampler? sampler = null, Hooks? hooks = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        RunChecks.Positions(Config, prompt.Positions);
        return Steps(prompt, sampler ?? Sampler.Greedy, hooks);
    }

    private IEnumerable<int[]> Steps(Tokens prompt, Sampler sampler, Hooks? hooks)
    {
        Rng[] random = [.. Enumerable.Range(0, prompt.Batch).Select(b => new Rng(sampler.Seed, (ulong)b))];
        KeyValueCache past = new(Config, prompt.Batch);
        Tokens tokens = prompt;
        while (past.Positions + tokens.Positions <= Config.Context)
        {
            int[] next = Step(tokens, past, sampler, random, hooks);
            yield return next;
            tokens = new Tokens((int[])next.Clone(), prompt.Batch, 1);
        }
    }

    /// <summary>Runs the new positions and chooses a token for each row.</summary>
    private int[] Step(Tokens tokens, KeyValueCache past, Sampler sampler, Rng[] random, Hooks? hooks)
    {
        using Autograd.NoGradScope noGrad = Autograd.NoGrad();
        using TensorScope scope = TensorScope.Begin();
        Pass pass = new(_points, hooks) { Past = past };
        Tensor x = Normed(ThroughBlocks(tokens, pass), pass);                       // [b, p, d]
        Tensor logits = _network.Unembedding.Forward(Ops.Slice(x, axis: 1, start: -1, length: 1)); // [b, 1, V]
        past.Advance(tokens.Positions);
        int[] next = new int[tokens.Batch];
        for (int b = 0; b < next.Length; b++)
            next[b] = sampler.Next(logits.Span.Slice(b * Config.Vocabulary, Config.Vocabulary), random[b]);
        return next;
    }
}
