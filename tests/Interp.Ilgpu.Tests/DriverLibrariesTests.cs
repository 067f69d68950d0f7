using Interp.Device;

namespace Interp.Ilgpu.Tests;

public class DriverLibrariesTests
{
    [Fact]
    public void A_library_is_found_by_its_versioned_name_where_the_plain_one_is_missing()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Elsewhere drivers' libraries have one name.");
        // A library of .NET's own stands for a driver's.
        Assert.NotEqual(0, DriverLibraries.Load("interp-has-no-such-library", "libSystem.Native", typeof(DriverLibraries).Assembly, null));
        Assert.Equal(0, DriverLibraries.Load("interp-has-no-such-library", "libinterp-neither.so.1", typeof(DriverLibraries).Assembly, null));
    }
}
