using Interp.Passes;

namespace Interp.Blocks;

/// <summary>A norm over d_model; one subclass a formula.</summary>
internal abstract class Norm
{
    private Norm(Blueprint model, string prefix)
    {
        Eps = model.Config.NormEps;
        Scale = model.Point(prefix + "hook_scale", "batch pos 1");
        Normalized = model.Point(prefix + "hook_normalized", "batch pos d_model");
    }

    protected float Eps { get; }

    protected HookPoint Scale { get; }

    protected HookPoint Normalized { get; }

    /// <summary>The configured norm under the name <paramref name="prefix"/>; null where a model has none.</summary>
    public static Norm? Create(Blueprint model, string prefix) => model.Config.Norm switch
    {
        NormKind.LayerNorm => new LayerNorm(model, prefix, folded: false),
        NormKind.LayerNormPre => new LayerNorm(model, prefix, folded: true),
        NormKind.Rms => new RmsNorm(model, prefix, folded: false),
        NormKind.RmsPre => new RmsNorm(model, prefix, folded: true),
        _ => null,
    };

    /// <summary>True where something happens at a point inside.</summary>
    public bool IsWatched(Pass pass) => pass.Wants(Scale) || pass.Wants(Normalized);

    public abstract Tensor Forward(Tensor x, Pass pass);                            // [b, p, d] → [b, p, d]

    /// <summary>(x − mean) / √(mean((x − mean)²) + ε) · w + b; <c>hook_normalized</c> is all of it.</summary>
    private sealed class LayerNorm(Blueprint model, string prefix, bool folded) : Norm(model, prefix)
    {
        private readonly Tensor? _w = model.Parameter(!folded, prefix + "w", model.Config.DModel);
        private readonly Tensor? _b = model.Parameter(!folded, prefix + "b", model.Config.DModel);

        public override Tensor Forward(Tensor x, Pass pass)
        {
            if (!pass.Changes(Scale))
            {
                Tensor normalized = Ops.LayerNorm(x, _w, _b, Eps, out Tensor root);
                pass.At(Scale, root);                                               // [b, p, 1]
                return pass.At(Normalized, normalized);                             // [b, p, d]
            }
            Tensor centred = x - Ops.Mean(x, axis: -1, keepAxis: true);             // [b, p, d]
            Tensor y = centred / pass.At(Scale, Root(centred));
            if (_w is not null) y *= _w;
            if (_b is not null) y += _b;
            return pass.At(Normalized, y);
        }
    }

    /// <summary>x / √(mean(x²) + ε) · w; <c>hook_normalized</c> comes before w.</summary>
    private sealed class RmsNorm(Blueprint model, string prefix, bool folded) : Norm(model, prefix)
    {
        private readonly Tensor? _w = model.Parameter(!folded, prefix + "w", model.Config.DModel);

        public override Tensor Forward(Tensor x, Pass pass)
        {
            if (!pass.Wants(Normalized) && !pass.Changes(Scale))
            {
                Tensor scaled = Ops.RmsNorm(x, _w, Eps, out Tensor root);
                pass.At(Scale, root);                                               // [b, p, 1]
                return scaled;
            }
            Tensor normalized = pass.At(Normalized, x / pass.At(Scale, Root(x)));   // [b, p, d]
            return _w is null ? normalized : normalized * _w;
        }
    }

    /// <summary>√(mean(x²) + ε) [b, p, 1], differentiable.</summary>
    private protected Tensor Root(Tensor x) => Ops.Sqrt(Ops.Mean(x * x, axis: -1, keepAxis: true) + Eps);
}
