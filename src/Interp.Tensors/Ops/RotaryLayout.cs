namespace Interp;

/// <summary>Where rotary embeddings find the second element of a rotated pair.</summary>
public enum RotaryLayout
{
    /// <summary>Element i is paired with element i + dims/2 (GPT-NeoX, Llama in the Hugging Face layout).</summary>
    Halves,

    /// <summary>Element 2i is paired with element 2i + 1 (GPT-J, llama2.c).</summary>
    AdjacentPairs,
}
