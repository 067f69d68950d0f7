using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace Interp.Files;

/// <summary>Runs a pickle of plain data and tensors. Nothing is imported or called: the few names that PyTorch needs are known here, any other is refused by name.</summary>
/// <remarks>Opcodes: Python's <c>pickletools</c>. Values are null, bool, long, double, string, byte[], <see cref="PickleTuple"/>, List, <see cref="PickleDict"/> and <see cref="PickledTensor"/>.</remarks>
internal sealed class Unpickler(string path, byte[] pickle)
{
    private static readonly object s_mark = new();

    private readonly List<object?> _stack = [];
    private readonly Dictionary<int, object?> _memo = [];
    private int _at;

    /// <summary>The value of the pickle.</summary>
    /// <exception cref="ModelFileException">It is malformed, or holds something that is neither plain data nor a tensor, which is named.</exception>
    public object? Run()
    {
        while (true)
        {
            byte opcode = Bytes(1)[0];
            if (opcode == '.') return Pop();
            Step(opcode);
        }
    }

    private void Step(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: Bytes(1); break;                                                             // PROTO
            case 0x95: Bytes(8); break;                                                             // FRAME
            case (byte)'(': Push(s_mark); break;                                                    // MARK
            case (byte)'0': Pop(); break;                                                           // POP
            case (byte)'1': PopToMark(); break;                                                     // POP_MARK
            case (byte)'2': Push(Peek()); break;                                                    // DUP
            case (byte)'N': Push(null); break;                                                      // NONE
            case 0x88: Push(true); break;                                                           // NEWTRUE
            case 0x89: Push(false); break;                                                          // NEWFALSE
            case (byte)'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Bytes(4))); break;    // BININT
            case (byte)'K': Push((long)Bytes(1)[0]); break;                                         // BININT1
            case (byte)'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2))); break;   // BININT2
            // LONG1: beyond 64 bits (seeds of random generators) it is cut: no tensor has such a size.
            case 0x8a: Push(long.CreateSaturating(new BigInteger(Bytes(Bytes(1)[0])))); break;
            case (byte)'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Bytes(8))); break;            // BINFLOAT
            case (byte)'I': Push(Decimal(Line())); break;                                           // INT
            case (byte)'X': Push(Text(Length(4))); break;                                           // BINUNICODE
            case 0x8c: Push(Text(Length(1))); break;                                                // SHORT_BINUNICODE
            case 0x8d: Push(Text(Length(8))); break;                                                // BINUNICODE8
            case (byte)'T': Push(Text(Length(4))); break;                                           // BINSTRING
            case (byte)'U': Push(Text(Length(1))); break;                                           // SHORT_BINSTRING
            case (byte)'B': Push(Bytes(Length(4)).ToArray()); break;                                // BINBYTES
            case (byte)'C': Push(Bytes(Length(1)).ToArray()); break;                                // SHORT_BINBYTES
            case 0x8e: Push(Bytes(Length(8)).ToArray()); break;                                     // BINBYTES8
            case (byte)'}': Push(new PickleDict()); break;                                          // EMPTY_DICT
            case (byte)']': Push(new List<object?>()); break;                                       // EMPTY_LIST
            case 0x8f: Push(new List<object?>()); break;                                            // EMPTY_SET
            case (byte)')': Push(new PickleTuple([])); break;                                       // EMPTY_TUPLE
            case 0x85: Push(new PickleTuple(PopMany(1))); break;                                    // TUPLE1
            case 0x86: Push(new PickleTuple(PopMany(2))); break;                                    // TUPLE2
            case 0x87: Push(new PickleTuple(PopMany(3))); break;                                    // TUPLE3
            case (byte)'t': Push(new PickleTuple(PopToMark())); break;                              // TUPLE
            case (byte)'l': Push(PopToMark().ToList()); break;                                      // LIST
            case (byte)'d': Push(Fill(new PickleDict(), PopToMark())); break;                       // DICT
            case (byte)'a': Append(PopMany(1)); break;                                              // APPEND
            case (byte)'e' or 0x90: Append(PopToMark()); break;                                     // APPENDS, ADDITEMS
            case (byte)'s': SetItems(PopMany(2)); break;                                            // SETITEM
            case (byte)'u': SetItems(PopToMark()); break;                                           // SETITEMS
            case (byte)'q': _memo[Bytes(1)[0]] = Peek(); break;                                     // BINPUT
            case (byte)'r': _memo[Length(4)] = Peek(); break;                                       // LONG_BINPUT
            case 0x94: _memo[_memo.Count] = Peek(); break;                                          // MEMOIZE
            case (byte)'h': Push(Memo(Bytes(1)[0])); break;                                         // BINGET
            case (byte)'j': Push(Memo(Length(4))); break;                                           // LONG_BINGET
            case (byte)'c': Push(Global([Line(), Line()])); break;                                // GLOBAL
            case 0x93: Push(Global(PopMany(2))); break;                                             // STACK_GLOBAL
            case (byte)'Q': Push(TorchNames.Storage(Pop()) ?? throw Malformed("a persistent id that is no storage")); break; // BINPERSID
            case (byte)'R' or 0x81: Push(Call(PopMany(2))); break;                                  // REDUCE, NEWOBJ
            case (byte)'b': Pop(); break;                                                           // BUILD: an OrderedDict's attributes, a parameter's hooks
            default: throw Malformed($"the opcode 0x{opcode:X2}");
        }
    }

    private object Global(object?[] name) => name is [string module, string member] ? TorchNames.Find(module, member) ?? throw Refused(module, member) : throw Malformed("a name that is no text");

    private object? Call(object?[] call) => call is [TorchNames.Function function, PickleTuple arguments]
        ? function.Call(arguments.Items, out object? result) ? result : throw Malformed($"arguments of {function.Name} that it does not take")
        : throw Malformed("a call of something that is no function");

    private void Append(object?[] items)
    {
        if (Peek() is not List<object?> list) throw Malformed("an append to something that is no list");
        list.AddRange(items);
    }

    private void SetItems(object?[] items) => Fill(Peek() as PickleDict ?? throw Malformed("an item of something that is no dictionary"), items);

    private PickleDict Fill(PickleDict dict, object?[] items)
    {
        if (items.Length % 2 != 0) throw Malformed("a key without a value");
        for (int i = 0; i < items.Length; i += 2) dict.Items.Add(KeyValuePair.Create(items[i], items[i + 1]));
        return dict;
    }

    private void Push(object? value)
    {
        if (_stack.Count > pickle.Length) throw Malformed("a stack that is deeper than the pickle is long");
        _stack.Add(value);
    }

    private object? Pop() => PopMany(1)[0];

    private object? Peek() => _stack.Count > 0 && _stack[^1] != s_mark ? _stack[^1] : throw Malformed("a value that is missing");

    private object?[] PopMany(int count)
    {
        if (_stack.Count < count || _stack.LastIndexOf(s_mark, _stack.Count - 1, count) >= 0) throw Malformed("a value that is missing");
        object?[] items = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return items;
    }

    private object?[] PopToMark()
    {
        int mark = _stack.LastIndexOf(s_mark);
        if (mark < 0) throw Malformed("a mark that is missing");
        object?[] items = [.. _stack[(mark + 1)..]];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return items;
    }

    private object? Memo(int index) => _memo.TryGetValue(index, out object? value) ? value : throw Malformed($"a memory {index} that was never filled");

    private ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0 || count > pickle.Length - _at) throw new ModelFileException(path, $"its pickle ends at byte {pickle.Length}, in the middle of a value: it is truncated.");
        _at += count;
        return pickle.AsSpan(_at - count, count);
    }

    private int Length(int width)
    {
        ReadOnlySpan<byte> bytes = Bytes(width);
        long length = width switch
        {
            1 => bytes[0],
            4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            _ => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        };
        return length is >= 0 and <= int.MaxValue ? (int)length : throw Malformed($"a length of {length}");
    }

    private string Text(int length) => Encoding.UTF8.GetString(Bytes(length));

    private string Line()
    {
        int length = pickle.AsSpan(_at).IndexOf((byte)'\n');
        if (length < 0) throw Malformed("a line without an end");
        string line = Text(length);
        _at++;
        return line;
    }

    // Protocol 0 writes truth values as the integers 00 and 01.
    private object Decimal(string line) => line switch
    {
        "00" => false,
        "01" => true,
        _ => long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : throw Malformed($"the integer '{line}'"),
    };

    private ModelFileException Malformed(string what) => new(path, $"its pickle has {what}, before byte {_at}: it is damaged, or of a kind that is not supported.");

    private ModelFileException Refused(string module, string member) => new(path,
        $"its pickle needs '{module}.{member}', before byte {_at}. Only tensors and plain data are opened, since a pickle can run any code: save the state dict alone (torch.save(model.state_dict(), …)).");
}
