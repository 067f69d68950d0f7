namespace Interp;

/// <summary>An edge of the computational graph: what a sender adds to the residual stream, as one receiver reads it.</summary>
/// <param name="Sender">A head, an MLP or the embedding.</param>
/// <param name="Receiver">A head's queries, keys or values, an MLP, or the logits.</param>
/// <param name="Score">The change of the metric that corrupting the edge is predicted to make, to first order.</param>
public sealed record Edge(EdgeSender Sender, PathReceiver Receiver, double Score);
