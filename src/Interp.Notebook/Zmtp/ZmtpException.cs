namespace Interp.Notebook.Zmtp;

/// <summary>A peer broke the ZMTP protocol; its connection is closed.</summary>
internal sealed class ZmtpException(string message) : Exception(message);
