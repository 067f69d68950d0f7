using System.Collections.Concurrent;
using ILGPU.Runtime;

namespace Interp.Device;

/// <summary>What cannot be freed any more because its device has failed, kept until the process ends.</summary>
/// <remarks>
/// None of it may be collected: ILGPU's finalizers would go at the device again, on a thread where an error ends the process, and other
/// memory would come to lie where a page lock still holds.
/// </remarks>
internal static class LostDevices
{
    private static readonly ConcurrentBag<object> s_kept = [];

    /// <summary>Disposes the parts of an owner in turn; keeps the owner where its device refuses. The call that met the failure has said so, and this one does not.</summary>
    public static void FreeOrKeep(object owner, params ReadOnlySpan<IDisposable?> parts)
    {
        try
        {
            foreach (IDisposable? part in parts) part?.Dispose();
        }
        catch (AcceleratorException)
        {
            s_kept.Add(owner);
        }
    }
}
