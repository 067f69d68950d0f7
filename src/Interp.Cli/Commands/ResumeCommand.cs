using System.CommandLine;

namespace Interp.Cli.Commands;

/// <summary><c>interp resume</c>: goes on with a run that was stopped or killed.</summary>
internal static class ResumeCommand
{
    public static Command Create()
    {
        Argument<DirectoryInfo> folder = new("RUN") { Description = "The run's folder." };
        Option<bool> json = SharedOptions.Json();
        Command command = new("resume", "Go on with a training run from its last checkpoint; it ends in the same bits as if it had never stopped.") { folder, json };
        command.SetAction((parsed, cancel) =>
        {
            using TrainingRun run = TrainingRun.Resume(parsed.GetRequiredValue(folder).FullName);
            return Task.FromResult(TrainingSession.Train(run, parsed.GetValue(json), cancel));
        });
        return command;
    }
}
