namespace Interp;

/// <summary>Walks a graph from its end, each operation after everything that used its result: in descending creation order, which is the same in every run.</summary>
internal sealed class BackwardPass
{
    [ThreadStatic]
    private static BackwardPass? t_idle;

    [ThreadStatic]
    private static BackwardPass? t_current;

    private static long s_lastPass;

    private readonly List<GradNode> _nodes = [];
    private readonly List<Tensor> _replaced = [];

    /// <summary>The pass that runs on this thread.</summary>
    public static BackwardPass Current => t_current!;

    public static void Run(GradNode end, Tensor gradient)
    {
        if (end is LeafNode)
        {
            end.Receive(gradient);
            return;
        }
        // A hook may start a backward of its own inside this one: then it gets another pass object.
        BackwardPass pass = t_idle ?? new BackwardPass();
        BackwardPass? outer = t_current;
        (t_idle, t_current) = (null, pass);
        try
        {
            using (Autograd.NoGrad()) pass.Walk(end, gradient);
        }
        finally
        {
            foreach (GradNode node in pass._nodes) node.Clear();
            pass._nodes.Clear();
            pass._replaced.Clear();
            (t_idle, t_current) = (pass, outer);
        }
    }

    /// <summary>Lets go of a gradient when the running node is done: it still reads it.</summary>
    public void DropAfterNode(Tensor gradient) => _replaced.Add(gradient);

    /// <summary>Lets go of what the node that has just run replaced.</summary>
    public void DropReplaced()
    {
        foreach (Tensor gradient in _replaced) gradient.Storage.Drop();
        _replaced.Clear();
    }

    private void Walk(GradNode end, Tensor gradient)
    {
        long pass = Interlocked.Increment(ref s_lastPass);
        end.FoundBy = pass;
        _nodes.Add(end);
        for (int i = 0; i < _nodes.Count; i++)
        {
            foreach (GradNode? input in _nodes[i].Inputs)
            {
                if (input is null or LeafNode || input.FoundBy == pass) continue;
                input.FoundBy = pass;
                _nodes.Add(input);
            }
        }
        _nodes.Sort(static (a, b) => b.Id.CompareTo(a.Id));
        end.Receive(gradient);
        foreach (GradNode node in _nodes) node.Run(this);
    }
}
