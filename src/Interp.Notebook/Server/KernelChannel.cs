namespace Interp.Notebook.Server;

/// <summary>The channels on which a client's messages come.</summary>
internal enum KernelChannel
{
    /// <summary>Requests that run one after another: cells, completions, history, comms.</summary>
    Shell,

    /// <summary>Requests that must not wait for a cell: interrupt, shutdown.</summary>
    Control,

    /// <summary>Answers to the kernel's own questions.</summary>
    Stdin,
}
