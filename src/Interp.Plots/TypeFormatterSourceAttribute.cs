namespace Interp;

/// <summary>
/// Names the class that makes a type's formatters. .NET Interactive and its successors find this attribute by its name
/// alone, so that a library shows itself in a notebook with no reference to any of them.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
internal sealed class TypeFormatterSourceAttribute(Type formatterSourceType) : Attribute
{
    public Type FormatterSourceType { get; } = formatterSourceType;

    public string[]? PreferredMimeTypes { get; set; }
}
