using Interp.Cli;

return await CommandRunner.RunAsync(Tool.Create(), args);
