using System.CommandLine;
using Interp.Notebook.Install;

namespace Interp.Cli;

/// <summary>Which registration of the kernel: its name and the place where clients look.</summary>
internal sealed class KernelTarget
{
    private readonly Option<string> _name = new("--name") { Description = "The name by which notebooks ask for the kernel.", HelpName = "NAME", DefaultValueFactory = _ => KernelSpec.DefaultName };
    private readonly Option<bool> _user = new("--user") { Description = "For this user (what is done without any of the three)." };
    private readonly Option<string?> _sysPrefix = new("--sys-prefix") { Description = "For a Python environment: the active one, or the one at PATH.", HelpName = "PATH", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _prefix = new("--prefix") { Description = "Below PATH/share/jupyter, such as /usr/local for all users.", HelpName = "PATH" };

    /// <summary>Adds the options to a command.</summary>
    public static KernelTarget AddTo(Command command)
    {
        KernelTarget target = new();
        foreach (Option option in (Option[])[target._name, target._user, target._sysPrefix, target._prefix]) command.Options.Add(option);
        command.AddCheck(result =>
        {
            if (result.GetValue(target._name) is { } name && !KernelSpec.IsName(name)) result.AddError($"--name '{name}': letters, digits, '.', '_' and '-' make a kernel's name.");
            if (((Option[])[target._user, target._sysPrefix, target._prefix]).Count(option => result.GetResult(option) is { Implicit: false }) > 1) result.AddError("--user, --sys-prefix and --prefix name one place; give one of them.");
        });
        return target;
    }

    /// <summary>The registration's folder.</summary>
    public string Folder(ParseResult parsed)
    {
        string? prefix = parsed.GetValue(_prefix);
        if (parsed.GetResult(_sysPrefix) is { Implicit: false })
            prefix = parsed.GetValue(_sysPrefix) ?? JupyterFolders.Here.ActivePrefix ?? throw new UsageException("--sys-prefix without a path needs an active Python environment (VIRTUAL_ENV or CONDA_PREFIX); activate it, or give its path.");
        return JupyterFolders.Kernel(prefix is null ? JupyterFolders.Here.User : JupyterFolders.OfPrefix(prefix), parsed.GetRequiredValue(_name));
    }
}
