using ILGPU;
using ILGPU.Runtime;

namespace Interp.Device;

/// <summary>A score of a pass: how to launch it over the patterns of a slot, [result, pattern].</summary>
/// <param name="Results">How many numbers a pattern gets.</param>
/// <param name="Launch">Computes them; the fourth argument has room for one number a query.</param>
internal sealed record DeviceScore(int Results, Action<AcceleratorStream, PatternBatch, int, ArrayView<float>, ArrayView<float>> Launch);
