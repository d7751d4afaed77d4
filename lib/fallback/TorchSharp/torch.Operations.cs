namespace TorchSharp;

public static partial class torch
{
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Operators.Call("aten::cat", tensors.ToArray(), dim);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Operators.Call("aten::stack", tensors.ToArray(), dim);

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Operators.Call("aten::where.self", condition, x, y);

    public static Tensor view_as_complex(Tensor input) => Operators.Call("aten::view_as_complex", input);

    public static Tensor view_as_real(Tensor input) => input.view_as_real();

    public static Tensor abs(Tensor input) => input.abs();

    public static Tensor log(Tensor input) => input.log();
}
