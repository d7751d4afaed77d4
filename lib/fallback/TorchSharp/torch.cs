namespace TorchSharp;

public static partial class torch
{
    public static readonly Device CPU = new(DeviceType.CPU);

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.Enter();

    public static Generator manual_seed(long seed) => Generator.Default.manual_seed(seed);

    public static int get_num_threads() => Native.engine_threads();

    public static IDisposable no_grad() => set_grad_enabled(false);

    public static IDisposable enable_grad(bool enabled = true) => set_grad_enabled(enabled);

    internal static IDisposable set_grad_enabled(bool mode = true)
    {
        var before = Native.engine_grad_enabled();
        Native.engine_set_grad_enabled(mode ? 1 : 0);
        return new Restore(() => Native.engine_set_grad_enabled(before));
    }

    private sealed class Restore(Action action) : IDisposable
    {
        private Action? _action = action;

        public void Dispose()
        {
            _action?.Invoke();
            _action = null;
        }
    }

    public static class cuda
    {
        public static bool is_available() => false;

        public static int device_count() => 0;
    }

    public static class random
    {
    }

    public static class autograd
    {
        internal static void backward(Tensor tensor, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
            => backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        internal static void backward(IList<Tensor> tensors, IList<Tensor>? grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor>? inputs = null)
        {
            var gradients = grad_tensors is null ? null : Handles(grad_tensors);
            Native.ThrowIfFailed(Native.engine_backward(Handles(tensors), gradients, tensors.Count, (retain_graph ?? create_graph) ? 1 : 0, create_graph ? 1 : 0));
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
        }

        public static IList<Tensor> grad(IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor>? grad_outputs = null, bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            var results = new IntPtr[inputs.Count];
            Native.ThrowIfFailed(Native.engine_gradients(
                Handles(outputs), grad_outputs is null ? null : Handles(grad_outputs), outputs.Count, Handles(inputs), inputs.Count,
                retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, results));
            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            return Array.ConvertAll(results, Tensor.OwnOrInvalid);
        }

        private static IntPtr[] Handles(IList<Tensor> tensors) => [.. tensors.Select(t => t.Handle)];
    }
}
