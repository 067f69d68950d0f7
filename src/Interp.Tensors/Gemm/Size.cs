namespace Interp.Gemm;

/// <summary>A size known when a kernel is compiled, so that what it excludes costs nothing.</summary>
internal interface ISize
{
    static abstract int Value { get; }
}

/// <summary>The sizes that tiles have.</summary>
internal static class Size
{
    public readonly struct N1 : ISize
    {
        public static int Value => 1;
    }

    public readonly struct N2 : ISize
    {
        public static int Value => 2;
    }

    public readonly struct N3 : ISize
    {
        public static int Value => 3;
    }

    public readonly struct N4 : ISize
    {
        public static int Value => 4;
    }

    public readonly struct N5 : ISize
    {
        public static int Value => 5;
    }

    public readonly struct N6 : ISize
    {
        public static int Value => 6;
    }

    public readonly struct N7 : ISize
    {
        public static int Value => 7;
    }

    public readonly struct N8 : ISize
    {
        public static int Value => 8;
    }

    public readonly struct N9 : ISize
    {
        public static int Value => 9;
    }

    public readonly struct N10 : ISize
    {
        public static int Value => 10;
    }

    public readonly struct N11 : ISize
    {
        public static int Value => 11;
    }

    public readonly struct N12 : ISize
    {
        public static int Value => 12;
    }

    public readonly struct N13 : ISize
    {
        public static int Value => 13;
    }

    public readonly struct N14 : ISize
    {
        public static int Value => 14;
    }
}
