using Interp;
using Interp.Cli;

return await CommandRunner.RunAsync(Tool.Create(new IlgpuDevices()), args);
