using System.Text.Json.Serialization;

namespace Interp.Data;

/// <summary>What to train on, as it is written in a run's <c>run.json</c>; <see cref="Open"/> makes the source.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(EntityText), "entity-text")]
[JsonDerivedType(typeof(RepeatedSegments), "repeated-segments")]
[JsonDerivedType(typeof(CorpusText), "corpus-text")]
public abstract record DataRecipe
{
    /// <summary>The source of rows of <paramref name="context"/> tokens for <paramref name="seed"/>.</summary>
    /// <param name="seed">Fixes every random choice of the source.</param>
    /// <param name="context">The number of tokens in a row, at least 2.</param>
    /// <param name="folder">A run's folder, where a tokenizer trained on the data is kept; null keeps nothing.</param>
    /// <exception cref="ArgumentException">A parameter of the recipe is outside its range.</exception>
    public abstract ITokenSource Open(ulong seed, int context, string? folder = null);

    private protected static void Require(bool holds, string message)
    {
        if (!holds) throw new ArgumentException(message);
    }
}
