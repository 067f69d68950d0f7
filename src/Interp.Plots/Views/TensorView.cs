using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Interp.Rendering;

namespace Interp;

/// <summary>A tensor: its shape, its statistics, and a heatmap of its last two axes with a slider over the others.</summary>
/// <remarks>Of large tensors the heatmap shows evenly spaced rows, columns and slices, and says so; statistics are always of all values.</remarks>
public sealed class TensorView : HtmlView
{
    // What a page takes without effort: half a megabyte before compression.
    private const int MostRows = 256, MostColumns = 512, MostValues = 262_144;

    private readonly Tensor _tensor;

    private TensorView(Tensor tensor, string? title) : base(title) => _tensor = tensor;

    /// <summary>A view of a tensor of any shape.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="title">What stands above it, such as the activation's name.</param>
    public static TensorView Of(Tensor tensor, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return new TensorView(tensor, title);
    }

    private protected override string Kind => "tensor";

    private protected override JsonObject Data()
    {
        int[] shape = _tensor.Shape.ToArray();
        Statistics statistics = Statistics.Of(_tensor.Span);
        JsonObject data = new()
        {
            ["shape"] = new JsonArray([.. shape.Select(s => (JsonNode)s)]),
            ["count"] = _tensor.Length,
            ["statistics"] = statistics.ToJson(),
            ["low"] = statistics.Low,
            ["high"] = statistics.High,
        };
        if (_tensor.Length > 1) AddHeatmap(data, shape);
        return data;
    }

    private void AddHeatmap(JsonObject data, int[] shape)
    {
        int columns = shape[^1], rows = shape.Length > 1 ? shape[^2] : 1, slices = _tensor.Length / (rows * columns);
        int columnStep = Step(columns, MostColumns), rowStep = Step(rows, MostRows);
        int shownColumns = Shown(columns, columnStep), shownRows = Shown(rows, rowStep);
        int sliceStep = Step(slices, Math.Max(1, MostValues / (shownRows * shownColumns))), shownSlices = Shown(slices, sliceStep);
        Half[] values = new Half[shownSlices * shownRows * shownColumns];
        int at = 0;
        for (int s = 0; s < slices; s += sliceStep)
            for (int r = 0; r < rows; r += rowStep)
                for (int c = 0; c < columns; c += columnStep)
                    values[at++] = (Half)_tensor.Span[(s * rows + r) * columns + c];
        data["rows"] = shownRows;
        data["columns"] = shownColumns;
        data["slices"] = shownSlices;
        data["rowStep"] = rowStep;
        data["columnStep"] = columnStep;
        data["sliceNames"] = ViewHtml.Texts(Enumerable.Range(0, shownSlices).Select(s => SliceName(s * sliceStep, shape)));
        data["values"] = ViewHtml.Pack(MemoryMarshal.AsBytes<Half>(values));
        if (rowStep * columnStep * sliceStep > 1)
            data["note"] = $"The heatmap shows {OneIn("row", rowStep)}, {OneIn("column", columnStep)} and {OneIn("slice", sliceStep)}.";
    }

    private static int Step(int size, int most) => (size + most - 1) / most;

    private static int Shown(int size, int step) => (size + step - 1) / step;

    private static string OneIn(string what, int step) => step == 1 ? $"every {what}" : string.Create(CultureInfo.InvariantCulture, $"one {what} in {step}");

    /// <summary>The leading indices of a slice: "0, 3" of [2, 4, rows, columns]; "" where there are none.</summary>
    private static string SliceName(int slice, int[] shape)
    {
        List<string> indices = [];
        for (int axis = shape.Length - 3; axis >= 0; axis--)
        {
            indices.Insert(0, (slice % shape[axis]).ToString(CultureInfo.InvariantCulture));
            slice /= shape[axis];
        }
        return string.Join(", ", indices);
    }

    /// <summary>Of all finite values; in double, because sums of many float32 drift.</summary>
    private readonly record struct Statistics(double Low, double High, double Mean, double Deviation, double Norm, int Zeros, int NotFinite)
    {
        public static Statistics Of(ReadOnlySpan<float> values)
        {
            double low = double.PositiveInfinity, high = double.NegativeInfinity, sum = 0, squares = 0;
            int zeros = 0, notFinite = 0;
            foreach (float x in values)
            {
                if (!float.IsFinite(x)) { notFinite++; continue; }
                if (x == 0) zeros++;
                low = Math.Min(low, x);
                high = Math.Max(high, x);
                sum += x;
                squares += (double)x * x;
            }
            int n = values.Length - notFinite;
            if (n == 0) return new(0, 0, double.NaN, double.NaN, 0, zeros, notFinite);
            double mean = sum / n, apart = 0;
            foreach (float x in values) if (float.IsFinite(x)) apart += (x - mean) * (x - mean);
            return new(low, high, mean, Math.Sqrt(apart / n), Math.Sqrt(squares), zeros, notFinite);
        }

        public JsonArray ToJson()
        {
            static JsonArray Row(string name, double value) => [name, double.IsFinite(value) ? value : "none"];
            JsonArray all = [Row("min", Low), Row("max", High), Row("mean", Mean), Row("std", Deviation), Row("norm", Norm), Row("zeros", Zeros)];
            if (NotFinite > 0) all.Add((JsonNode)Row("NaN or ∞", NotFinite));
            return all;
        }
    }
}
