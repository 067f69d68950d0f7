namespace Interp.Blocks;

/// <summary>The parts of a model, in forward order.</summary>
internal sealed class Network
{
    public Network(Blueprint model)
    {
        Embedding = new Embedding(model);
        Blocks = [.. Enumerable.Range(0, model.Config.Layers).Select(layer => new Block(model, layer))];
        FinalNorm = Norm.Create(model, "ln_final.");
        Unembedding = new Unembedding(model, Embedding.Weight);
        Rotation = model.Config.Positions == PositionKind.Rotary ? new Rotation(model.Config) : null;
    }

    public Embedding Embedding { get; }

    public Block[] Blocks { get; }

    public Norm? FinalNorm { get; }

    public Unembedding Unembedding { get; }

    public Rotation? Rotation { get; }
}
