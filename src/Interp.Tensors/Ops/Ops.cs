namespace Interp;

/// <summary>The operations of transformers, one a file: each forward records its backward where gradients are on.</summary>
public static partial class Ops
{
}
