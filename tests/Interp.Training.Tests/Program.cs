using Interp;

// The tests' own process, or, for the tests that kill it, a process that trains: Interp.Training.Tests train FOLDER.
if (args is ["train", var folder])
{
    using TrainingRun run = TrainingRun.Resume(folder);
    run.Train();
    return 0;
}
return await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
