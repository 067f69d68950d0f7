using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Interp.Notebook.Scripting;

/// <summary>Inserts <see cref="Checkpoint"/>s into a cell: in loops, before jumps, at the entry of methods, local functions and lambdas, in the clauses of queries, around what is awaited.</summary>
/// <remarks>
/// Nothing is moved to another line, so errors keep their lines. Whether a lambda that is an expression or a query's clause is code (and not an
/// expression tree) and whether its value is returned is known only after binding.
/// </remarks>
/// <param name="meaning">The cell's meaning, asked for once it is needed.</param>
internal sealed class CheckpointRewriter(Lazy<SemanticModel> meaning) : CSharpSyntaxRewriter
{
    private const string Class = $"global::{nameof(Interp)}.{nameof(Notebook)}.{nameof(Scripting)}.{nameof(Checkpoint)}";

    private static readonly StatementSyntax s_pass = ParseStatement($"{Class}.{nameof(Checkpoint.Pass)}();");
    private static readonly StatementSyntax s_enter = ParseStatement($"{Class}.{nameof(Checkpoint.Enter)}();");
    // After a space, for a keyword that a bracket follows: a loaded file's text is parsed again.
    private static readonly ExpressionSyntax s_value = ParseExpression($" {Class}.{nameof(Checkpoint.Pass)}");
    private static readonly ExpressionSyntax s_await = ParseExpression($" {Class}.{nameof(Checkpoint.Await)}");
    private static readonly ExpressionSyntax s_enumerate = ParseExpression($" {Class}.{nameof(Checkpoint.Enumerate)}");

    /// <summary>The cell with its checkpoints; the same tree where it needs none.</summary>
    /// <param name="tree">The cell as typed.</param>
    /// <param name="meaning">Its meaning.</param>
    public static SyntaxTree Rewrite(SyntaxTree tree, Lazy<SemanticModel> meaning)
    {
        SyntaxNode root = tree.GetRoot(), rewritten = new CheckpointRewriter(meaning).Visit(root);
        return ReferenceEquals(root, rewritten) ? tree : tree.WithRootAndOptions(rewritten, tree.Options);
    }

    public override SyntaxNode? VisitForStatement(ForStatementSyntax node) => WithBody((ForStatementSyntax)base.VisitForStatement(node)!, n => n.Statement, (n, s) => n.WithStatement(s));

    public override SyntaxNode? VisitWhileStatement(WhileStatementSyntax node) => WithBody((WhileStatementSyntax)base.VisitWhileStatement(node)!, n => n.Statement, (n, s) => n.WithStatement(s));

    public override SyntaxNode? VisitDoStatement(DoStatementSyntax node) => WithBody((DoStatementSyntax)base.VisitDoStatement(node)!, n => n.Statement, (n, s) => n.WithStatement(s));

    public override SyntaxNode? VisitForEachStatement(ForEachStatementSyntax node)
    {
        var visited = (ForEachStatementSyntax)base.VisitForEachStatement(node)!;
        if (visited.AwaitKeyword != default) visited = visited.WithExpression(Call(s_enumerate, visited.Expression));
        return WithBody(visited, n => n.Statement, (n, s) => n.WithStatement(s));
    }

    public override SyntaxNode? VisitForEachVariableStatement(ForEachVariableStatementSyntax node)
    {
        var visited = (ForEachVariableStatementSyntax)base.VisitForEachVariableStatement(node)!;
        if (visited.AwaitKeyword != default) visited = visited.WithExpression(Call(s_enumerate, visited.Expression));
        return WithBody(visited, n => n.Statement, (n, s) => n.WithStatement(s));
    }

    // A jump is checked where it starts: its label may stand before a declaration, which must stay in its block.
    public override SyntaxNode? VisitGotoStatement(GotoStatementSyntax node) => Prefixed(s_pass, (StatementSyntax)base.VisitGotoStatement(node)!);

    public override SyntaxNode? VisitAwaitExpression(AwaitExpressionSyntax node)
    {
        var visited = (AwaitExpressionSyntax)base.VisitAwaitExpression(node)!;
        return visited.WithExpression(Call(s_await, visited.Expression));
    }

    public override SyntaxNode? VisitLocalFunctionStatement(LocalFunctionStatementSyntax node)
    {
        var visited = (LocalFunctionStatementSyntax)base.VisitLocalFunctionStatement(node)!;
        if (visited.ExpressionBody is not { } arrow) return visited.WithBody(Entered(visited.Body));
        return visited.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Entered(arrow, visited.SemicolonToken, Returns(visited.ReturnType, visited.Modifiers)));
    }

    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        var visited = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
        if (visited.ExpressionBody is not { } arrow) return visited.WithBody(Entered(visited.Body));
        return visited.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Entered(arrow, visited.SemicolonToken, Returns(visited.ReturnType, visited.Modifiers)));
    }

    public override SyntaxNode? VisitOperatorDeclaration(OperatorDeclarationSyntax node)
    {
        var visited = (OperatorDeclarationSyntax)base.VisitOperatorDeclaration(node)!;
        if (visited.ExpressionBody is not { } arrow) return visited.WithBody(Entered(visited.Body));
        return visited.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Entered(arrow, visited.SemicolonToken, Returns(visited.ReturnType, visited.Modifiers)));
    }

    public override SyntaxNode? VisitConstructorDeclaration(ConstructorDeclarationSyntax node)
    {
        var visited = (ConstructorDeclarationSyntax)base.VisitConstructorDeclaration(node)!;
        return visited.WithBody(Entered(visited.Body));
    }

    public override SyntaxNode? VisitAccessorDeclaration(AccessorDeclarationSyntax node)
    {
        var visited = (AccessorDeclarationSyntax)base.VisitAccessorDeclaration(node)!;
        if (visited.ExpressionBody is not { } arrow) return visited.WithBody(Entered(visited.Body));
        return visited.WithExpressionBody(null).WithSemicolonToken(default).WithBody(Entered(arrow, visited.SemicolonToken, visited.IsKind(SyntaxKind.GetAccessorDeclaration)));
    }

    public override SyntaxNode? VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node)
    {
        if (BecomesTree(node)) return node;
        var visited = (ParenthesizedLambdaExpressionSyntax)base.VisitParenthesizedLambdaExpression(node)!;
        if (visited.Block is { } block) return visited.WithBlock(Entered(block));
        return Returns(node) is { } returns ? visited.WithExpressionBody(null).WithBlock(Entered(visited.ExpressionBody!, returns)) : visited;
    }

    public override SyntaxNode? VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node)
    {
        if (BecomesTree(node)) return node;
        var visited = (SimpleLambdaExpressionSyntax)base.VisitSimpleLambdaExpression(node)!;
        if (visited.Block is { } block) return visited.WithBlock(Entered(block));
        return Returns(node) is { } returns ? visited.WithExpressionBody(null).WithBlock(Entered(visited.ExpressionBody!, returns)) : visited;
    }

    public override SyntaxNode? VisitAnonymousMethodExpression(AnonymousMethodExpressionSyntax node)
    {
        var visited = (AnonymousMethodExpressionSyntax)base.VisitAnonymousMethodExpression(node)!;
        return visited.WithBlock(Entered(visited.Block)!);
    }

    public override SyntaxNode? VisitFromClause(FromClauseSyntax node) => InQuery(node, Operation(node), base.VisitFromClause, n => n.Expression, (n, e) => n.WithExpression(e));

    public override SyntaxNode? VisitLetClause(LetClauseSyntax node) => InQuery(node, Operation(node), base.VisitLetClause, n => n.Expression, (n, e) => n.WithExpression(e));

    public override SyntaxNode? VisitWhereClause(WhereClauseSyntax node) => InQuery(node, Operation(node), base.VisitWhereClause, n => n.Condition, (n, e) => n.WithCondition(e));

    public override SyntaxNode? VisitJoinClause(JoinClauseSyntax node) => InQuery(node, Operation(node), base.VisitJoinClause, n => n.LeftExpression,
        (n, e) => n.WithLeftExpression(e).WithRightExpression(Call(s_value, n.RightExpression)));

    public override SyntaxNode? VisitOrdering(OrderingSyntax node) => InQuery(node, Symbol(node), base.VisitOrdering, n => n.Expression, (n, e) => n.WithExpression(e));

    public override SyntaxNode? VisitSelectClause(SelectClauseSyntax node) => InQuery(node, Symbol(node), base.VisitSelectClause, n => n.Expression, (n, e) => n.WithExpression(e));

    public override SyntaxNode? VisitGroupClause(GroupClauseSyntax node) => InQuery(node, Symbol(node), base.VisitGroupClause, n => n.ByExpression, (n, e) => n.WithByExpression(e));

    private static T WithBody<T>(T loop, Func<T, StatementSyntax> body, Func<T, StatementSyntax, T> with) where T : SyntaxNode => with(loop, Prefixed(s_pass, body(loop)));

    private static BlockSyntax Prefixed(StatementSyntax first, StatementSyntax statement) => statement is BlockSyntax block
        ? block.WithStatements(block.Statements.Insert(0, first))
        : Block(first, statement);

    private static BlockSyntax? Entered(BlockSyntax? body) => body is null ? null : Prefixed(s_enter, body);

    /// <summary>The block that an expression body stands for.</summary>
    private static BlockSyntax Entered(ArrowExpressionClauseSyntax arrow, SyntaxToken semicolon, bool returns) => Block(
        Token(arrow.ArrowToken.LeadingTrivia, SyntaxKind.OpenBraceToken, arrow.ArrowToken.TrailingTrivia),
        List([s_enter, Statement(arrow.Expression, returns)]),
        Token(semicolon.LeadingTrivia, SyntaxKind.CloseBraceToken, semicolon.TrailingTrivia));

    /// <summary>The block that a lambda's expression stands for.</summary>
    private static BlockSyntax Entered(ExpressionSyntax body, bool returns) => Block(s_enter, Statement(body, returns));

    private static StatementSyntax Statement(ExpressionSyntax body, bool returns)
    {
        SyntaxToken end = Token(SyntaxKind.SemicolonToken);
        return body switch
        {
            ThrowExpressionSyntax thrown => ThrowStatement(thrown.ThrowKeyword, thrown.Expression, end),
            var value when returns => ReturnStatement(Token(SyntaxKind.ReturnKeyword).WithTrailingTrivia(Space), value, end),
            var value => ExpressionStatement(value, end),
        };
    }

    /// <summary>A query's clause with a checkpoint for each element, unless the method that it stands for takes an expression tree or there is none.</summary>
    private static SyntaxNode? InQuery<T>(T clause, IMethodSymbol? method, Func<T, SyntaxNode?> visit, Func<T, ExpressionSyntax> value, Func<T, ExpressionSyntax, T> with) where T : SyntaxNode
    {
        if (method is null) return visit(clause);
        if (method.Parameters.Any(p => IsTree(p.Type))) return clause;
        T visited = (T)visit(clause)!;
        return with(visited, Call(s_value, value(visited)));
    }

    private IMethodSymbol? Operation(QueryClauseSyntax clause) => meaning.Value.GetQueryClauseInfo(clause).OperationInfo.Symbol as IMethodSymbol;

    private IMethodSymbol? Symbol(SyntaxNode clause) => meaning.Value.GetSymbolInfo(clause).Symbol as IMethodSymbol;

    /// <summary>Whether a lambda is data for somebody to read, not code to run.</summary>
    private bool BecomesTree(LambdaExpressionSyntax lambda) => lambda.ExpressionBody is not null && IsTree(meaning.Value.GetTypeInfo(lambda).ConvertedType);

    private static bool IsTree(ITypeSymbol? type) => type is INamedTypeSymbol { Name: "Expression", ContainingNamespace: { Name: "Expressions", ContainingNamespace.Name: "Linq" } };

    /// <summary>Whether a lambda's expression is its result, not a statement; null where it is a block or has no meaning.</summary>
    private bool? Returns(LambdaExpressionSyntax lambda)
    {
        if (lambda.ExpressionBody is null || meaning.Value.GetSymbolInfo(lambda).Symbol is not IMethodSymbol method) return null;
        return !method.ReturnsVoid && !(method.IsAsync && method.ReturnType is INamedTypeSymbol { IsGenericType: false });
    }

    /// <summary>Whether a body's expression is the result, not a statement.</summary>
    private static bool Returns(TypeSyntax type, SyntaxTokenList modifiers)
    {
        if (type is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword }) return false;
        bool isAsync = modifiers.Any(SyntaxKind.AsyncKeyword);
        return !isAsync || type is not (IdentifierNameSyntax { Identifier.Text: "Task" or "ValueTask" } or QualifiedNameSyntax { Right: IdentifierNameSyntax { Identifier.Text: "Task" or "ValueTask" } });
    }

    // The new node takes the white space around the old one, so that nothing changes its line.
    private static InvocationExpressionSyntax Call(ExpressionSyntax function, ExpressionSyntax argument) =>
        InvocationExpression(function, ArgumentList(SingletonSeparatedList(Argument(argument.WithoutTrailingTrivia()))))
            .WithTrailingTrivia(argument.GetTrailingTrivia());
}
