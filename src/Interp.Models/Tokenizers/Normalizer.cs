namespace Interp.Tokenizers;

/// <summary>Changes text before it is cut into pieces.</summary>
internal abstract class Normalizer
{
    public abstract string Apply(string text);
}

/// <summary>Unicode form C or D.</summary>
internal sealed class UnicodeForm(bool compose) : Normalizer
{
    public override string Apply(string text) => UnicodeNormalization.Normalize(text, compose);
}

/// <summary>Puts <paramref name="prefix"/> in front of text that is not empty.</summary>
internal sealed class Prepend(string prefix) : Normalizer
{
    public override string Apply(string text) => text.Length == 0 ? text : prefix + text;
}

/// <summary>Replaces each occurrence of a literal.</summary>
internal sealed class Replace(string literal, string content) : Normalizer
{
    public override string Apply(string text) => text.Replace(literal, content, StringComparison.Ordinal);
}
