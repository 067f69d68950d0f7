using System.Runtime.InteropServices;

namespace Interp.Gemm;

/// <summary>A thread's working memory for products: native, aligned to cache lines, kept from one product to the next.</summary>
/// <remarks>An epilogue may itself multiply, so a thread holds a stack of them; the usual depth is one.</remarks>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64;

    [ThreadStatic]
    private static Scratch? t_free;

    private Scratch? _next;
    private Buffer _a, _b, _c, _tile;

    ~Scratch()
    {
        _a.Free();
        _b.Free();
        _c.Free();
        _tile.Free();
    }

    /// <summary>Takes a scratch for this thread; give it back with <see cref="Return"/>.</summary>
    public static Scratch Rent()
    {
        Scratch scratch = t_free ?? new Scratch();
        t_free = scratch._next;
        return scratch;
    }

    /// <summary>Gives the scratch back to the thread that took it.</summary>
    public void Return()
    {
        _next = t_free;
        t_free = this;
    }

    /// <summary>Room for a packed panel of A.</summary>
    public float* A(int floats) => _a.Get(floats);

    /// <summary>Room for a packed block of B.</summary>
    public float* B(int floats) => _b.Get(floats);

    /// <summary>Room for a block of a product that is not stored.</summary>
    public float* C(int floats) => _c.Get(floats);

    /// <summary>Room for a tile that does not fit its place in C.</summary>
    public float* Tile(int floats) => _tile.Get(floats);

    private struct Buffer
    {
        private float* _address;
        private int _floats;

        public float* Get(int floats)
        {
            if (floats > _floats)
            {
                Free();
                _address = (float*)NativeMemory.AlignedAlloc((nuint)floats * sizeof(float), Alignment);
                _floats = floats;
            }
            return _address;
        }

        public void Free()
        {
            NativeMemory.AlignedFree(_address);
            _address = null;
            _floats = 0;
        }
    }
}
