using Interp.Simd;

namespace Interp;

public static partial class Ops
{
    /// <summary>The nonlinearity <paramref name="activation"/> of each element.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="activation">Which one; <see cref="Activation.None"/> returns <paramref name="x"/>.</param>
    public static Tensor Apply(Tensor x, Activation activation)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (activation == Activation.None) return x;
        Tensor result = Tensor.Allocate(x.ShapeArray);
        switch (activation)
        {
            case Activation.Relu: Elementwise.Map<ValueOf<ReluFunction>>(x.Span, result.Span); break;
            case Activation.Gelu: Elementwise.Map<ValueOf<GeluFunction>>(x.Span, result.Span); break;
            case Activation.GeluTanh: Elementwise.Map<ValueOf<GeluTanhFunction>>(x.Span, result.Span); break;
            case Activation.Silu: Elementwise.Map<ValueOf<SiluFunction>>(x.Span, result.Span); break;
            default: throw UnknownActivation(activation);
        }
        return Autograd.Records(x) ? result.Record(new ApplyNode(x, activation)) : result;
    }

    /// <summary>gradient · activation′(x), as a new tensor.</summary>
    internal static Tensor ActivationGradient(Tensor gradient, Tensor x, Activation activation)
    {
        Tensor result = Tensor.Allocate(gradient.ShapeArray);
        switch (activation)
        {
            case Activation.Relu: Elementwise.Map<TimesSlopeOf<ReluFunction>>(gradient.Span, x.Span, result.Span); break;
            case Activation.Gelu: Elementwise.Map<TimesSlopeOf<GeluFunction>>(gradient.Span, x.Span, result.Span); break;
            case Activation.GeluTanh: Elementwise.Map<TimesSlopeOf<GeluTanhFunction>>(gradient.Span, x.Span, result.Span); break;
            case Activation.Silu: Elementwise.Map<TimesSlopeOf<SiluFunction>>(gradient.Span, x.Span, result.Span); break;
            default: throw UnknownActivation(activation);
        }
        return result;
    }

    internal static ArgumentOutOfRangeException UnknownActivation(Activation activation) =>
        new(nameof(activation), activation, $"Activations are {string.Join(", ", Enum.GetNames<Activation>())}.");

    private readonly struct ValueOf<TActivation> : IUnaryFunction
        where TActivation : struct, IActivationFunction
    {
        public static V Invoke<S, V>(V x) where S : struct, ISimd<V> where V : struct => TActivation.Value<S, V>(x);
    }

    private readonly struct TimesSlopeOf<TActivation> : IBinaryFunction
        where TActivation : struct, IActivationFunction
    {
        public static V Invoke<S, V>(V gradient, V x) where S : struct, ISimd<V> where V : struct => S.Multiply(gradient, TActivation.Slope<S, V>(x));
    }

    private sealed class ApplyNode(Tensor x, Activation activation) : GradNode(x)
    {
        protected override void Backward(Tensor gradient) => Send(0, ActivationGradient(gradient, x, activation));
    }
}
