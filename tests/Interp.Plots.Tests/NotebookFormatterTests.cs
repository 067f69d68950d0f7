using System.Collections;
using System.Reflection;

namespace Interp.Plots.Tests;

public sealed class NotebookFormatterTests
{
    public static TheoryData<object, string> Displayable => new()
    {
        { Plot.Loss([0, 1], [2, 1]), Figure.HtmlMimeType },
        { Plot.Loss([0, 1], [2, 1]), Figure.PlotlyMimeType },
        { TensorView.Of(Tensor.Zeros(2, 2)), Figure.HtmlMimeType },
        { TokenAttributionView.Of(["a"], [1.0]), Figure.HtmlMimeType },
    };

    [Fact]
    public void As_text_a_figure_and_a_view_are_a_line()
    {
        NotebookFormatter plain = Assert.Single(new NotebookFormatters().CreateTypeFormatters().Cast<NotebookFormatter>(), f => f.MimeType == "text/plain");
        foreach ((object value, string expected) in ((object, string)[])[
            (Plot.Loss([0, 1], [2, 1], title: "mine"), "Figure: mine (1 trace)"),
            (TensorView.Of(Tensor.Zeros(2, 2), "zeros"), "TensorView: zeros"),
            (TensorView.Of(Tensor.Zeros(2, 2)), "TensorView")])
        {
            using StringWriter writer = new();
            Assert.True(plain.Format(value, writer));
            Assert.Equal(expected, writer.ToString());
        }
    }

    // What .NET Interactive's formatting does with a type it does not know: everything by name, nothing by reference.
    [Theory, MemberData(nameof(Displayable))]
    public void A_notebook_finds_the_formatters_by_name(object value, string mimeType)
    {
        object attribute = Assert.Single(value.GetType().GetCustomAttributes(inherit: true), a => a.GetType().Name == "TypeFormatterSourceAttribute");
        Assert.Contains(mimeType, (string[])attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)!);
        var source = (Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!;
        object made = Activator.CreateInstance(source)!;
        IEnumerable formatters = (IEnumerable)source.GetMethod("CreateTypeFormatters")!.Invoke(made, null)!;
        object formatter = Assert.Single(formatters.Cast<object>(), f => (string)f.GetType().GetProperty("MimeType")!.GetValue(f)! == mimeType);
        MethodInfo format = formatter.GetType().GetMethod("Format")!;
        Assert.Equal([typeof(object), typeof(TextWriter)], format.GetParameters().Select(p => p.ParameterType));
        using StringWriter writer = new();
        Assert.True((bool)format.Invoke(formatter, [value, writer])!);
        Assert.StartsWith(mimeType == Figure.HtmlMimeType ? "<div" : "{", writer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_ours_is_left_to_others()
    {
        NotebookFormatters source = new();
        foreach (NotebookFormatter formatter in source.CreateTypeFormatters().Cast<NotebookFormatter>())
        {
            using StringWriter writer = new();
            Assert.False(formatter.Format("text", writer));
            Assert.Equal("", writer.ToString());
        }
    }
}
