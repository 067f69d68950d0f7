using System.Reflection;

namespace Interp.Notebook.Scripting;

/// <summary>The objects that hold the cells' variables: slot 0 is the host's and empty, slot i the i-th cell's that had code.</summary>
internal sealed class CellState
{
    private object?[] _slots = new object?[32];
    private int _used = 1;

    /// <summary>The slots, with one more for the cell that runs next.</summary>
    public object?[] WithSlot()
    {
        if (_used == _slots.Length) Array.Resize(ref _slots, 2 * _slots.Length);
        _used++;
        return _slots;
    }

    /// <summary>The variables that a cell would see now, by name.</summary>
    public IEnumerable<(string Name, Type Type, object? Value)> Variables()
    {
        SortedDictionary<string, (Type, object?)> variables = new(StringComparer.Ordinal);
        foreach (object cell in _slots.Take(_used).OfType<object>())
        {
            // A later definition hides the earlier one; a function or type that does so is no variable.
            foreach (MemberInfo member in cell.GetType().GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            {
                if (member.Name.StartsWith('<') || member is ConstructorInfo) continue;
                if (member is FieldInfo field) variables[member.Name] = (field.FieldType, field.GetValue(cell));
                else variables.Remove(member.Name);
            }
        }
        return variables.Select(v => (v.Key, v.Value.Item1, v.Value.Item2));
    }
}
