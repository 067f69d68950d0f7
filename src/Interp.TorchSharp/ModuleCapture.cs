using System.IO.Enumeration;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using Torch = TorchSharp.torch;

namespace Interp;

/// <summary>What the modules of a TorchSharp model return while this is open: an <see cref="ActivationCache"/> of a model that we know nothing of.</summary>
/// <remarks>
/// TorchSharp runs hooks in <c>call()</c> only: a module whose owner calls <c>forward()</c> on it is not seen. A module that returns several tensors
/// gives <c>name.0</c>, <c>name.1</c>, …; one that runs several times gives <c>name</c>, then <c>name:2</c>, ….
/// </remarks>
public sealed class ModuleCapture : IDisposable
{
    private readonly List<Action> _removers = [];
    private readonly List<KeyValuePair<string, Tensor>> _kept = [];
    private readonly Dictionary<string, int> _runs = [];

    internal ModuleCapture(Torch.nn.Module module, Func<string, string?> nameOf)
    {
        // named_modules() leaves out the root: it goes by its class.
        IEnumerable<(string Name, Torch.nn.Module Module)> all = module.named_modules().Prepend((module.GetType().Name, module));
        List<string> names = [];
        foreach ((string name, Torch.nn.Module part) in all)
        {
            names.Add(name);
            if (nameOf(name) is string under && AddHook(part, under) is Action remover) _removers.Add(remover);
        }
        if (_removers.Count == 0)
            throw new ArgumentException($"No module that can be hooked was chosen among {string.Join(", ", names.Take(20))}{(names.Count > 20 ? $" and {names.Count - 20} more" : "")}.", nameof(nameOf));
    }

    /// <summary>What was captured so far, in the order it was computed.</summary>
    public ActivationCache ToCache() => new(_kept);

    /// <summary>Forgets what was captured: the next run starts anew.</summary>
    public void Clear()
    {
        _kept.Clear();
        _runs.Clear();
    }

    /// <summary>Removes the hooks; what was captured stays.</summary>
    public void Dispose()
    {
        foreach (Action remove in _removers) remove();
        _removers.Clear();
    }

    /// <summary>Hooks a module of any signature; null for one that cannot be hooked (a list, a script).</summary>
    private Action? AddHook(Torch.nn.Module module, string name)
    {
        Type? hookable = module.GetType();
        while (hookable is not null && !(hookable.IsGenericType && hookable.GetGenericTypeDefinition() == typeof(Torch.nn.HookableModule<,>))) hookable = hookable.BaseType;
        if (hookable is null) return null;
        // (module, inputs…, result) => the same result: as many inputs as the module has.
        Type hook = hookable.GetGenericArguments()[1];
        ParameterExpression[] parameters = [.. hook.GetMethod("Invoke")!.GetParameters().Select(p => Expression.Parameter(p.ParameterType))];
        Expression<Action<object?>> keep = result => Keep(name, result);
        LambdaExpression body = Expression.Lambda(hook, Expression.Block(Expression.Invoke(keep, Expression.Convert(parameters[^1], typeof(object))), parameters[^1]), parameters);
        object handle = hookable.GetMethod("register_forward_hook", [hook])!.Invoke(module, [body.Compile()])!;
        MethodInfo remove = handle.GetType().GetMethod("remove")!;
        return () => remove.Invoke(handle, null);
    }

    private void Keep(string name, object? result)
    {
        if (result is null) return;
        _runs[name] = _runs.GetValueOrDefault(name) + 1;
        string under = _runs[name] == 1 ? name : $"{name}:{_runs[name]}";
        if (result is Torch.Tensor tensor) Add(under, tensor);
        else if (result is ITuple several)
            for (int i = 0; i < several.Length; i++)
                if (several[i] is Torch.Tensor part) Add($"{under}.{i}", part);
    }

    // A copy: TorchSharp's dispose scopes free the tensor itself.
    private void Add(string name, Torch.Tensor tensor)
    {
        if (tensor.IsInvalid) return;
        _kept.Add(KeyValuePair.Create(name, tensor.ToInterp().Keep()));
    }
}

/// <summary>Capturing what a user's own TorchSharp modules compute.</summary>
public static class ModuleCaptureExtensions
{
    /// <summary>Captures the results of the modules whose names match.</summary>
    /// <param name="module">The model.</param>
    /// <param name="select">Names or globs of its parts, as <c>named_modules()</c> gives them (<c>layers.*.attention</c>); none: all, and the model itself under the name of its class.</param>
    /// <returns>Dispose it to take the hooks out again.</returns>
    /// <exception cref="ArgumentException">A name or glob meets no module, or only such as cannot be hooked.</exception>
    /// <example><code>
    /// using ModuleCapture capture = mine.Capture("layers.*.attention");
    /// mine.call(input);
    /// Tensor output = capture.ToCache()["layers.0.attention"];
    /// </code></example>
    public static ModuleCapture Capture(this Torch.nn.Module module, params string[] select)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(select);
        string[] names = [module.GetType().Name, .. module.named_modules().Select(part => part.name)];
        foreach (string pattern in select)
            if (!names.Any(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)))
                throw new ArgumentException($"No module is named '{pattern}'. There are {string.Join(", ", names.Take(20))}{(names.Length > 20 ? $" and {names.Length - 20} more" : "")}.", nameof(select));
        return new ModuleCapture(module, name => select.Length == 0 || select.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)) ? name : null);
    }

    /// <summary>Captures the results of chosen modules under other names: with TransformerLens's, detectors and plots find what they look for.</summary>
    /// <param name="module">The model.</param>
    /// <param name="nameOf">A module's name to the name in the cache; null leaves it out.</param>
    /// <returns>Dispose it to take the hooks out again.</returns>
    /// <exception cref="ArgumentException">No module that can be hooked was chosen.</exception>
    public static ModuleCapture Capture(this Torch.nn.Module module, Func<string, string?> nameOf)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(nameOf);
        return new ModuleCapture(module, nameOf);
    }
}
