namespace TorchSharp;

/// <summary>Disposes, when it ends, every tensor made while it was the thread's innermost scope.</summary>
public sealed class DisposeScope : IDisposable
{
    private readonly HashSet<IDisposable> _owned = new(ReferenceEqualityComparer.Instance);

    internal DisposeScope(DisposeScope? outer) => Outer = outer;

    public int DisposablesCount => _owned.Count;

    internal DisposeScope? Outer { get; }

    internal void Include(torch.Tensor tensor)
    {
        _owned.Add(tensor);
        tensor.OwningScope = this;
    }

    internal void Forget(torch.Tensor tensor)
    {
        _owned.Remove(tensor);
        tensor.OwningScope = null;
    }

    internal T MoveToOuter<T>(T disposable) where T : IDisposable
    {
        if (disposable is torch.Tensor tensor && _owned.Remove(tensor))
        {
            tensor.OwningScope = null;
            Outer?.Include(tensor);
        }
        return disposable;
    }

    internal T Detach<T>(T disposable) where T : IDisposable
    {
        if (disposable is torch.Tensor tensor)
        {
            Forget(tensor);
        }
        return disposable;
    }

    internal void DisposeEverything()
    {
        var owned = _owned.ToArray();
        _owned.Clear();
        foreach (var disposable in owned)
        {
            disposable.Dispose();
        }
    }

    public void Dispose()
    {
        DisposeEverything();
        DisposeScopeManager.Leave(this);
    }
}

internal static class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScope? _innermost;

    internal static DisposeScope Enter() => _innermost = new DisposeScope(_innermost);

    internal static void Leave(DisposeScope scope)
    {
        // Scopes end in the order in which they began, unless one was forgotten: leave that one too.
        for (var current = _innermost; current is not null; current = current.Outer)
        {
            if (ReferenceEquals(current, scope))
            {
                _innermost = scope.Outer;
                return;
            }
        }
    }

    internal static void Register(torch.Tensor tensor) => _innermost?.Include(tensor);
}
