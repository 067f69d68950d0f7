namespace Interp.Files;

/// <summary>The names that pickles of PyTorch tensors use, and what they stand for here.</summary>
internal static class TorchNames
{
    /// <summary>What a pickled name stands for; null: it is not allowed.</summary>
    public static object? Find(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => Function.Dictionary,
        ("torch._utils", "_rebuild_tensor_v2") => Function.Tensor,
        ("torch._utils", "_rebuild_parameter") => Function.Parameter,
        ("torch", "Size") => Function.Size,
        ("torch", "DoubleStorage") => ElementType.F64,
        ("torch", "FloatStorage") => ElementType.F32,
        ("torch", "HalfStorage") => ElementType.F16,
        ("torch", "BFloat16Storage") => ElementType.BF16,
        ("torch", "LongStorage") => ElementType.I64,
        ("torch", "IntStorage") => ElementType.I32,
        ("torch", "ShortStorage") => ElementType.I16,
        ("torch", "CharStorage") => ElementType.I8,
        ("torch", "ByteStorage") => ElementType.U8,
        ("torch", "BoolStorage") => ElementType.Bool,
        _ => null,
    };

    /// <summary>The storage that a persistent id names: ("storage", type, key, device, number of elements).</summary>
    public static PickledStorage? Storage(object? id) =>
        id is PickleTuple { Items: ["storage", ElementType type, string key, string, long and >= 0 and var length] } ? new PickledStorage(key, type, length) : null;

    /// <summary>A function that a pickle may call.</summary>
    public sealed class Function
    {
        private readonly Func<object?[], object?> _body;

        private Function(string name, Func<object?[], object?> body) => (Name, _body) = (name, body);

        public static Function Dictionary { get; } = new("OrderedDict", MakeDictionary);

        public static Function Tensor { get; } = new("_rebuild_tensor_v2", MakeTensor);

        public static Function Parameter { get; } = new("_rebuild_parameter", arguments => arguments is [PickledTensor tensor, ..] ? tensor : null);

        public static Function Size { get; } = new("Size", arguments => arguments is [PickleTuple sizes] ? sizes : null);

        public string Name { get; }

        /// <summary>Calls it; false where the arguments are wrong.</summary>
        public bool Call(object?[] arguments, out object? result) => (result = _body(arguments)) is not null;

        private static PickleDict? MakeDictionary(object?[] arguments)
        {
            PickleDict dict = new();
            if (arguments is [List<object?> pairs])
            {
                foreach (object? pair in pairs)
                {
                    object?[]? items = pair switch
                    {
                        PickleTuple tuple => tuple.Items,
                        List<object?> list => [.. list],
                        _ => null,
                    };
                    if (items is not [var key, var value]) return null;
                    dict.Items.Add(KeyValuePair.Create(key, value));
                }
                return dict;
            }
            return arguments.Length == 0 ? dict : null;
        }

        private static PickledTensor? MakeTensor(object?[] arguments) =>
            arguments is [PickledStorage storage, long offset, PickleTuple sizes, PickleTuple strides, ..]
            && sizes.Items.All(n => n is long and >= 0) && strides.Items.All(n => n is long and >= 0) && sizes.Items.Length == strides.Items.Length && sizes.Items.Length <= 16 && offset >= 0
                ? new PickledTensor(storage, offset, [.. sizes.Items.Cast<long>()], [.. strides.Items.Cast<long>()])
                : null;
    }
}
