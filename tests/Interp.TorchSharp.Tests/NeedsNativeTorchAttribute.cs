using System.Reflection;
using Interp.Tests.Shared;
using Xunit.v3;

[assembly: Interp.TorchSharp.Tests.NeedsNativeTorch]

namespace Interp.TorchSharp.Tests;

/// <summary>Every test needs TorchSharp's native library, which this system may be too old to load.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class NeedsNativeTorchAttribute : BeforeAfterTestAttribute
{
    private static readonly Lazy<string?> Missing = new(() =>
    {
        try
        {
            NativeTorch.Ensure();
            return null;
        }
        catch (NotSupportedException e)
        {
            return e.Message;
        }
    });

    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => Optional.Need(Missing.Value is null, Missing.Value ?? "");
}
