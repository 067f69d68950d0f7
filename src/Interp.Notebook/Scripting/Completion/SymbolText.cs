using Microsoft.CodeAnalysis;

namespace Interp.Notebook.Scripting.Completion;

/// <summary>Symbols in words: what kind of thing one is, and its declaration in a line.</summary>
internal static class SymbolText
{
    private static readonly SymbolDisplayFormat s_declaration = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameOnly,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        memberOptions: SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeContainingType | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeExtensionThis,
        delegateStyle: SymbolDisplayDelegateStyle.NameAndSignature,
        extensionMethodStyle: SymbolDisplayExtensionMethodStyle.Default,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        localOptions: SymbolDisplayLocalOptions.IncludeType | SymbolDisplayLocalOptions.IncludeConstantValue,
        kindOptions: SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeNamespaceKeyword,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier | SymbolDisplayMiscellaneousOptions.CollapseTupleTypes);

    // The script class that holds a cell's variables means nothing to a reader.
    private static readonly SymbolDisplayFormat s_ofCell = s_declaration.RemoveMemberOptions(SymbolDisplayMemberOptions.IncludeContainingType);

    /// <summary>The declaration in a line, namespaces left out: <c>float[] Tensor.ToArray()</c>.</summary>
    public static string Declaration(ISymbol symbol) =>
        symbol.ToDisplayString(symbol.ContainingType is { IsScriptClass: true } ? s_ofCell : s_declaration);

    /// <summary>What a symbol is, in Jupyter's words.</summary>
    public static string Kind(ISymbol symbol) => symbol switch
    {
        INamespaceSymbol => "module",
        INamedTypeSymbol { TypeKind: TypeKind.Enum } => "enum",
        INamedTypeSymbol { TypeKind: TypeKind.Interface } => "interface",
        INamedTypeSymbol { TypeKind: TypeKind.Struct } => "struct",
        INamedTypeSymbol { TypeKind: TypeKind.Delegate } => "delegate",
        ITypeSymbol => "class",
        IMethodSymbol => "function",
        IPropertySymbol => "property",
        IEventSymbol => "event",
        IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } => "enumMember",
        IFieldSymbol { ContainingType.IsScriptClass: true } or ILocalSymbol or IRangeVariableSymbol => "variable",
        IFieldSymbol { IsConst: true } => "constant",
        IFieldSymbol => "field",
        IParameterSymbol => "param",
        _ => "text",
    };

    /// <summary>How near a symbol is to what is being written: 0 is a local, larger is farther.</summary>
    public static int Distance(ISymbol symbol) => symbol switch
    {
        ILocalSymbol or IParameterSymbol or IRangeVariableSymbol or ILabelSymbol => 0,
        { ContainingType.IsScriptClass: true } => 1,
        { ContainingAssembly.Name: var name } when name.StartsWith("Interp.", StringComparison.Ordinal) => 2,
        INamespaceSymbol => 5,
        INamedTypeSymbol => 4,
        _ => 3,
    };
}
