namespace Interp;

/// <summary>A model of a sweep, opened when its turn comes.</summary>
/// <param name="Name">Its name in the results.</param>
/// <param name="Open">Gives the model.</param>
public sealed record SweepCheckpoint(string Name, Func<IHookedModel> Open);
