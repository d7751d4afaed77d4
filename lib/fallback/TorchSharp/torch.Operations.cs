namespace TorchSharp;

public static partial class torch
{
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Operators.Call("aten::cat", tensors.ToArray(), dim);

    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Operators.Call("aten::stack", tensors.ToArray(), dim);

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Operators.Call("aten::where.self", condition, x, y);

    public static Tensor einsum(string equation, params Tensor[] tensors) => Operators.Call("aten::einsum", equation, tensors);

    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);

    public static Tensor bmm(Tensor input, Tensor batch2) => input.bmm(batch2);

    public static Tensor addmm(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha)
        => Operators.Call("aten::addmm", input, mat1, mat2, (double)beta, (double)alpha);

    public static Tensor baddbmm(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1)
        => Operators.Call("aten::baddbmm", input, batch1, batch2, (double)beta, (double)alpha);

    public static Tensor outer(Tensor input, Tensor vec2) => Operators.Call("aten::outer", input, vec2);

    public static Tensor complex(Tensor real, Tensor imag) => Operators.Call("aten::complex", real, imag);

    public static Tensor polar(Tensor abs, Tensor angle) => Operators.Call("aten::polar", abs, angle);

    public static Tensor view_as_complex(Tensor input) => Operators.Call("aten::view_as_complex", input);

    public static Tensor view_as_real(Tensor input) => input.view_as_real();

    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);

    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);

    public static Tensor abs(Tensor input) => input.abs();

    public static Tensor exp(Tensor input) => input.exp();

    public static Tensor log(Tensor input) => input.log();

    public static Tensor sqrt(Tensor input) => input.sqrt();

    public static Tensor sin(Tensor input) => input.sin();

    public static Tensor cos(Tensor input) => input.cos();

    public static Tensor sigmoid(Tensor input) => input.sigmoid();

    public static Tensor tanh(Tensor input) => input.tanh();

    public static Tensor atan2(Tensor input, Tensor other) => input.atan2(other);

    public static Tensor cumsum(Tensor input, long dim, ScalarType? type = null) => input.cumsum(dim, type);
}
