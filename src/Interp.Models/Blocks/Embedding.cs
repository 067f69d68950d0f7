using Interp.Passes;

namespace Interp.Blocks;

/// <summary>Tokens to the residual stream: W_E[token], plus W_pos[position] where positions are learned.</summary>
internal sealed class Embedding
{
    private readonly Tensor _wE;
    private readonly Tensor? _wPos;
    private readonly HookPoint _embed;
    private readonly HookPoint? _positionEmbed;
    private readonly bool _addsPositions;

    public Embedding(Blueprint model)
    {
        TransformerConfig c = model.Config;
        bool hasPositions = c.Positions is PositionKind.Learned or PositionKind.Shortformer;
        _addsPositions = c.Positions == PositionKind.Learned;
        _wE = model.Parameter("embed.W_E", c.Vocabulary, c.DModel);
        _wPos = model.Parameter(hasPositions, "pos_embed.W_pos", c.Context, c.DModel);
        _embed = model.Point("hook_embed", "batch pos d_model");
        if (hasPositions) _positionEmbed = model.Point("hook_pos_embed", "batch pos d_model");
    }

    public Tensor Weight => _wE;

    public Tensor Forward(Tokens tokens, Pass pass)
    {
        Tensor embed = pass.At(_embed, Ops.Embedding(_wE, tokens));                 // [b, p, d]
        if (!_addsPositions) return embed;
        return embed + (pass.Wants(_positionEmbed!) ? Positions(tokens.Batch, tokens.Positions, pass)! : Rows(tokens.Positions, pass));
    }

    /// <summary>W_pos of every position of the pass [b, p, d]; null in models without it.</summary>
    public Tensor? Positions(int batch, int positions, Pass pass) => _wPos is null
        ? null
        : pass.At(_positionEmbed!, Tensor.Zeros(batch, 1, 1) + Rows(positions, pass));

    private Tensor Rows(int positions, Pass pass) => Ops.Slice(_wPos!, axis: 0, start: pass.FirstPosition, length: positions); // [p, d]
}
