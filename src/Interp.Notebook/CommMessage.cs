using System.Text.Json.Nodes;

namespace Interp.Notebook;

/// <summary>What came over a <see cref="Comm"/>.</summary>
/// <param name="Data">The sender's JSON.</param>
/// <param name="Metadata">Usually empty.</param>
/// <param name="Buffers">Raw attachments; usually none.</param>
public sealed record CommMessage(JsonObject Data, JsonObject Metadata, IReadOnlyList<ReadOnlyMemory<byte>> Buffers);
