using System.Text.Json;
using System.Text.Json.Serialization;

namespace Interp.Tensors.Tests;

public class TensorJsonTests
{
    [Theory]
    [InlineData("0.5")]
    [InlineData("[1,2,3]")]
    [InlineData("[[1,2],[3,4],[5,6]]")]
    [InlineData("[[[1],[2]],[[3],[4]]]")]
    public void A_tensor_is_nested_arrays_and_comes_back(string json)
    {
        Tensor x = JsonSerializer.Deserialize<Tensor>(json)!;
        Assert.Equal(json, JsonSerializer.Serialize(x));
        Assert.Equal(json.Count(c => char.IsDigit(c) && c != '0'), x.Length);
    }

    [Fact]
    public void The_shape_is_read_from_the_brackets()
    {
        Assert.Equal([3, 2], JsonSerializer.Deserialize<Tensor>("[[1,2],[3,4],[5,6]]")!.Shape.ToArray());
        Assert.Equal([], JsonSerializer.Deserialize<Tensor>("7")!.Shape.ToArray());
    }

    [Fact]
    public void Every_bit_of_a_number_survives()
    {
        Tensor x = Tensor.Normal(new Rng(5), 1, 4, 5, 6);
        Tensor back = JsonSerializer.Deserialize<Tensor>(JsonSerializer.Serialize(x))!;
        Assert.Equal(x.Shape, back.Shape);
        Assert.Equal(x.Span, back.Span);
    }

    [Fact]
    public void What_is_not_finite_is_a_name_where_the_options_allow_names_and_an_error_where_not()
    {
        Tensor x = Tensor.From([1, float.NaN, float.NegativeInfinity], 3);
        JsonSerializerOptions named = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };
        string json = JsonSerializer.Serialize(x, named);
        Assert.Equal("[1,\"NaN\",\"-Infinity\"]", json);
        Assert.Equal(x.Span.ToArray(), JsonSerializer.Deserialize<Tensor>(json, named)!.Span.ToArray());
        Assert.Contains("AllowNamedFloatingPointLiterals", Assert.Throws<ArgumentException>(() => JsonSerializer.Serialize(x)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[[1,2],[3]]", "axis 1 has 1 entries, the first one 2")]
    [InlineData("[[1,2],3]", "number stands on axis 1")]
    [InlineData("[1,[2]]", "array stands on axis 1")]
    [InlineData("[[1],[[2]]]", "array stands on axis 2")]
    [InlineData("[\"a\"]", "")]
    public void What_is_no_tensor_is_refused(string json, string why) =>
        Assert.Contains(why, Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Tensor>(json)).Message, StringComparison.Ordinal);
}
