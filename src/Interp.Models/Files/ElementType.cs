namespace Interp.Files;

/// <summary>How a file stores a tensor's elements. Everything is float32 once read.</summary>
public enum ElementType
{
    /// <summary>IEEE double.</summary>
    F64,

    /// <summary>IEEE single; read without conversion, and without a copy where the file can be mapped.</summary>
    F32,

    /// <summary>IEEE half.</summary>
    F16,

    /// <summary>The upper half of an IEEE single.</summary>
    BF16,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Signed 16-bit integer.</summary>
    I16,

    /// <summary>Signed byte.</summary>
    I8,

    /// <summary>Unsigned 64-bit integer.</summary>
    U64,

    /// <summary>Unsigned 32-bit integer.</summary>
    U32,

    /// <summary>Unsigned 16-bit integer.</summary>
    U16,

    /// <summary>Unsigned byte.</summary>
    U8,

    /// <summary>A byte that is 0 or 1.</summary>
    Bool,
}
