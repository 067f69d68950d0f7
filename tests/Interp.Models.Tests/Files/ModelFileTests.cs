using Interp.Files;
using Interp.Models.Tests.Families;
using Interp.Tests.Shared;
using Interp.Tokenizers;

namespace Interp.Models.Tests.Files;

public sealed class ModelFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_path_that_is_no_model_is_an_error_that_says_what_is_missing()
    {
        Says("no such file", _folder.File("nothing"));
        Says("config.json", _folder.Path);
        Says("model_type", _folder.Write("config.json", "{}"));
        Says("known", _folder.Write("x.txt", "hello"));
        File.Delete(_folder.File("config.json"));
        SafetensorsFile.Save(_folder.File("x.safetensors"), new Dictionary<string, Tensor> { ["x"] = Tensor.Zeros(1) });
        Says("config.json", _folder.File("x.safetensors"));
        Says("map.json", _folder.Write("ckpt.pt", "PK\u0003\u0004"));
    }

    [Fact]
    public void Texts_become_rows_of_tokens_with_the_token_that_begins_a_text()
    {
        ModelFile file = ModelFile.Open(Path.Combine(Optional.RepositoryRoot, "docs", "example"));
        int mary = file.ToSingleToken(" Mary"), john = file.ToSingleToken(" John");
        Tokens tokens = file.ToTokens(" Mary John", " John Mary");
        Assert.Equal([0, mary, john, 0, john, mary], tokens.Ids.ToArray());
        Assert.Equal(["<|bos|>", " John", " Mary"], file.TokenTexts(tokens, row: 1));
        Assert.Equal("999", file.TokenText(999));

        Assert.Contains("' Mary' ' John'", Assert.Throws<ArgumentException>(() => file.ToSingleToken(" Mary John")).Message, StringComparison.Ordinal);
        Assert.Contains("are 3", Assert.Throws<ArgumentException>(() => file.ToTokens(" Mary", " Mary John")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_tokenizer_text_is_an_error_and_tokens_show_as_numbers()
    {
        Fixture f = new("gpt2-tied");
        ModelFile.Save(_folder.Path, f.Model);
        ModelFile file = ModelFile.Open(_folder.Path);
        Assert.Contains("no tokenizer", Assert.Throws<InvalidOperationException>(() => file.ToTokens("a")).Message, StringComparison.Ordinal);
        Assert.Equal(["3", "1"], file.TokenTexts(new[] { 3, 1 }));
    }

    [Fact]
    public void A_folder_says_what_it_is_and_brings_its_tokenizer()
    {
        Fixture f = new("gpt2-tied");
        ForeignLayout.Write(_folder.Path, new { model_type = "gpt2", n_layer = 2, n_embd = 8, n_head = 2, n_inner = 9, vocab_size = 17, n_positions = 12 }, ForeignLayout.Gpt2(f.Model, ""));
        ModelFile without = ModelFile.Open(_folder.Path);
        Assert.Null(without.Tokenizer);
        Assert.Contains("no tokenizer", Assert.Single(without.Notes), StringComparison.Ordinal);
        Assert.Equal("Hugging Face gpt2: 2 layers, d_model 8, 2 heads, d_head 4, d_mlp 9, vocabulary 17, context 12, 1,210 parameters", without.Description);

        ModelFile.Save(_folder.Path, f.Model, BpeTrainer.Train("aaaa", 258));
        ModelFile with = ModelFile.Open(_folder.Path);
        Assert.Equal(258, with.Tokenizer!.Vocabulary);
        Assert.Contains("258", Assert.Single(with.Notes), StringComparison.Ordinal);
        _folder.Write("tokenizer.json", "{}");
        Assert.Contains("'model'", Assert.Single(ModelFile.Open(_folder.Path).Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_training_run_opens_at_its_last_checkpoint_or_at_the_one_that_is_named()
    {
        Fixture f = new("smeared");
        _folder.Write("run.json", """
            {"format":"interp training run","version":1,"config":{"model":{"layers":2,"d_model":8,"heads":2,"d_head":4,"vocabulary":17,"context":12,"smeared_keys":true},
             "data":{"kind":"corpus-text","file":"x","bpe_vocabulary":0}}}
            """);
        Says("no checkpoint", _folder.Path);
        foreach (int step in new[] { 20, 100 })
        {
            Dictionary<string, Tensor> tensors = f.Weights.ToDictionary();
            tensors["embed.W_E"] = Tensor.Full(step, 17, 8);
            tensors["adamw.m.embed.W_E"] = Tensor.Zeros(17, 8);
            SafetensorsFile.Save(_folder.File($"checkpoints/step-{step:D7}.safetensors"), tensors);
        }
        ModelFile last = ModelFile.Open(_folder.Path), first = ModelFile.Open(_folder.File("checkpoints/step-0000020.safetensors"));
        Assert.Equal(100, last.Model.Parameters["embed.W_E"][0, 0]);
        Assert.Equal(20, first.Model.Parameters["embed.W_E"][0, 0]);
        Assert.IsType<ByteTokenizer>(last.Tokenizer);
        _folder.Write("run.json", """{"config":{"model":{"layers":2,"unheard_of":1}}}""");
        Says("unheard_of", _folder.Path);
    }

    [Fact]
    public void The_published_toy_models_configuration_is_read_with_its_older_names()
    {
        Fixture f = new("shortformer");
        ModelFile.Save(_folder.Path, f.Model);
        _folder.Write("config.json", """
            {"n_layers":2,"d_model":8,"n_heads":2,"d_head":4,"d_mlp":32,"d_vocab":17,"n_ctx":12,"act_fn":"gelu_new","attn_only":true,"eps":1e-5,
             "normalization":"LN","shortformer_pos":true,"lr":0.001,"batch_size":64,"weight_decay":0.05,"tokenizer_name":"NeelNanda/gpt-neox-tokenizer-digits"}
            """);
        Assert.Equal(f.Config with { Activation = Activation.None }, ModelFile.Open(_folder.Path).Model.Config with { Activation = Activation.None });
    }

    [Fact]
    public void A_name_map_must_fit_the_model()
    {
        string map = File.ReadAllText(Path.Combine(Optional.RepositoryRoot, "tests", "Interp.Models.Tests", "Files", "Maps", "slm4096.map.json"));
        string checkpoint = Path.Combine(Optional.RepositoryRoot, "tests", "Interp.Models.Tests", "fixtures", "pytorch", "training.pt");
        void Refused(string from, string to, string says) => Assert.Contains(says, Assert.Throws<ModelFileException>(() =>
            ModelFile.Open(checkpoint, _folder.Write("map.json", map.Replace("model_state", "model", StringComparison.Ordinal).Replace(from, to, StringComparison.Ordinal)))).Message, StringComparison.Ordinal);
        Refused("\"tok_emb.weight\": \"embed.W_E\",", "", "no tensor is mapped to the parameter embed.W_E");
        Refused("\"embed.W_E\"", "\"embed.W_F\"", "'embed.W_F', which this model does not have");
        Refused("\"pos_embed.W_pos\"", "\"embed.W_E\"", "two tensors");
        Refused("vocab d_model -> d_model vocab", "vocab d_model -> vocab d_model", "need [64, 54]");
        Refused("vocab d_model -> d_model vocab", "vocab d_model -> d_model pos", "same axes");
        Refused("vocab d_model -> d_model vocab", "vocab (d_model -> d_model vocab", "parentheses");
        Refused("vocab d_model -> d_model vocab", "wide d_model -> d_model wide", "'wide'");
        Refused("\"ignore\"", "\"ignored\"", "'ignored'");
        Refused("wxyz\"", "wxyzä\"", "55 characters");
        Refused("\n}", "}", "is missing");
    }

    [Fact]
    public void The_documented_map_of_nanoGPT_maps_every_parameter()
    {
        string document = File.ReadAllText(Path.Combine(Optional.RepositoryRoot, "docs", "name-maps.md"));
        string json = document.Split("```json")[1].Split("```")[0];
        NameMap map = NameMap.Read(_folder.Write("map.json", json));
        // Throws where a parameter is missed or a shape does not fit.
        _ = new WeightMap(map.Config, map.Rules, map.Ignored, map.Zeros);
        Assert.Equal((6, 384, true), (map.Config.Layers, map.Config.DModel, map.Config.TiedEmbeddings));
        Assert.Equal("model", map.State);
    }

    private static void Says(string what, string path) => Assert.Contains(what, Assert.Throws<ModelFileException>(() => ModelFile.Open(path)).Message, StringComparison.Ordinal);
}
