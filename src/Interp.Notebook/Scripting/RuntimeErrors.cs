using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Interp.Notebook.Execution;

namespace Interp.Notebook.Scripting;

/// <summary>An exception of a cell as a notebook shows it: what happened, and the cells' lines that led there, without the machinery of submissions and state machines.</summary>
internal static partial class RuntimeErrors
{
    // A deep recursion's frames say nothing after these.
    private const int MostFrames = 30;

    /// <param name="exception">What ended the cell.</param>
    /// <param name="sources">The cells' texts.</param>
    public static CellError Of(Exception exception, CellSources sources)
    {
        exception = Unwrapped(exception);
        List<string> lines = [];
        for (Exception? e = exception; e is not null; e = e.InnerException)
        {
            lines.Add($"{(ReferenceEquals(e, exception) ? "" : "caused by ")}{Name(e)}: {e.Message}");
            lines.AddRange(Frames(e, sources));
            if (e is AggregateException several)
            {
                foreach (Exception other in several.InnerExceptions.Skip(1))
                {
                    lines.Add($"and by {Name(other)}: {other.Message}");
                    lines.AddRange(Frames(other, sources));
                }
            }
        }
        return new CellError(Name(exception), exception.Message, lines);
    }

    /// <summary>The exception that carries the news: those that only carry another are left out.</summary>
    private static Exception Unwrapped(Exception exception)
    {
        while (exception is TargetInvocationException or AggregateException { InnerExceptions.Count: 1 } && exception.InnerException is { } inner) exception = inner;
        return exception;
    }

    private static string Name(Exception exception) => TypeName(exception.GetType());

    /// <summary>Where an exception was thrown, and the cells' lines that led there.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="sources">The cells' texts.</param>
    /// <param name="cellsOnly">Leaves out what the cells called.</param>
    public static IEnumerable<string> Frames(Exception exception, CellSources sources, bool cellsOnly = false)
    {
        StackFrame[] frames = new StackTrace(exception, fNeedFileInfo: true).GetFrames();
        // Below the last frame of a cell is what runs cells.
        int last = Array.FindLastIndex(frames, f => sources.Contains(f.GetFileName()));
        List<string> shown = [];
        for (int i = 0; i < frames.Length && (last < 0 || i <= last); i++)
        {
            if (frames[i].GetMethod() is not { } method || IsMachinery(method) || (cellsOnly && !sources.Contains(frames[i].GetFileName()))) continue;
            string line = Describe(frames[i], method, sources);
            if (shown.Count == 0 || shown[^1] != line) shown.Add(line);
        }
        int left = shown.Count - MostFrames;
        return left <= 0 ? shown : [.. shown.Take(MostFrames - 5), $"   … {left} more", .. shown.TakeLast(5)];
    }

    private static string Describe(StackFrame frame, MethodBase method, CellSources sources)
    {
        string name = MethodName(method);
        int line = frame.GetFileLineNumber();
        if (frame.GetFileName() is { } file && line > 0)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{(sources.Contains(file) ? file : Path.GetFileName(file))}, line {line}");
            string where = name.Length == 0 ? "" : $", in {name}";
            string code = sources.Line(file, line - 1)?.Trim() is { Length: > 0 } text ? $": {text}" : "";
            return $"   {place}{where}{code}";
        }
        return $"   at {name}({string.Join(", ", method.GetParameters().Select(p => TypeName(p.ParameterType)))})";
    }

    private static bool IsMachinery(MethodBase method)
    {
        Type? type = method.DeclaringType;
        if (type is null) return false;
        if (type.Assembly == typeof(RuntimeErrors).Assembly || method.IsDefined(typeof(StackTraceHiddenAttribute), inherit: false) || type.IsDefined(typeof(StackTraceHiddenAttribute), inherit: false)) return true;
        return type.Namespace is "System.Runtime.CompilerServices" or "System.Runtime.ExceptionServices"
            || (type.Namespace == "System.Threading.Tasks" && (type.Name.StartsWith("Task", StringComparison.Ordinal) || type.Name.StartsWith("ValueTask", StringComparison.Ordinal)))
            || type.FullName is "Interp.ThreadTeam" or "Interp.Parallelism";
    }

    /// <summary>A method as its author wrote it; empty for a cell's top level.</summary>
    private static string MethodName(MethodBase method)
    {
        Type? type = method.DeclaringType;
        string name = method.Name;
        // An async method or iterator runs in its state machine's MoveNext; a lambda in its closure class.
        while (type is not null && type.Name.StartsWith('<'))
        {
            if (name == "MoveNext") name = type.Name;
            type = type.DeclaringType;
        }
        name = Readable(name);
        if (type is null || IsSubmission(type)) return name;
        string owner = TypeName(type);
        return name.Length == 0 ? owner : name is ".ctor" or ".cctor" ? $"new {owner}" : $"{owner}.{name}";
    }

    private static string Readable(string name)
    {
        if (LocalFunction().Match(name) is { Success: true } local) return local.Groups[1].Value;
        if (name.Contains(">b__", StringComparison.Ordinal)) return "a lambda";
        if (StateMachine().Match(name) is { Success: true } machine) name = machine.Groups[1].Value;
        return name is "<Initialize>" or "<Factory>" or "<Main>" ? "" : name;
    }

    private static bool IsSubmission(Type type) => type.DeclaringType is null && type.Assembly.IsDynamic is false && CellAssemblies.IsCell(type.Assembly);

    private static string TypeName(Type type)
    {
        if (type.IsGenericParameter) return type.Name;
        if (type.IsArray) return TypeName(type.GetElementType()!) + "[]";
        if (type.IsByRef) return TypeName(type.GetElementType()!);
        string name = type.Name;
        int tick = name.IndexOf('`', StringComparison.Ordinal);
        if (tick < 0) return name;
        StringBuilder text = new(name[..tick]);
        text.Append('<').AppendJoin(", ", type.GetGenericArguments().Select(TypeName)).Append('>');
        return text.ToString();
    }

    // <<Initialize>>g__Twice|0_1 and <F>g__Twice|3_0
    [GeneratedRegex(@">g__(\w+)\|")]
    private static partial Regex LocalFunction();

    // <F>d__3 and <<Initialize>>d__0
    [GeneratedRegex(@"^<(.+)>d__\d*$")]
    private static partial Regex StateMachine();
}
