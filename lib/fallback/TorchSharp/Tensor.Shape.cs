namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Operators.Call("aten::view", this, shape);

        public Tensor reshape(params long[] shape) => Operators.Call("aten::reshape", this, shape);

        public Tensor permute(params long[] permutation) => Operators.Call("aten::permute", this, permutation);

        public Tensor transpose(long dim0, long dim1) => Operators.Call("aten::transpose.int", this, dim0, dim1);

        public Tensor t() => Operators.Call("aten::t", this);

        public Tensor squeeze(long? dim = null)
            => dim is long d ? Operators.Call("aten::squeeze.dim", this, d) : Operators.Call("aten::squeeze", this);

        public Tensor unsqueeze(long dim) => Operators.Call("aten::unsqueeze", this, dim);

        public Tensor expand(params long[] sizes) => Operators.Call("aten::expand", this, sizes);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Operators.Call("aten::flatten.using_ints", this, start_dim, end_dim);

        public Tensor flip(params long[] dims) => Operators.Call("aten::flip", this, dims);

        public Tensor unfold(long dimension, long size, long step) => Operators.Call("aten::unfold", this, dimension, size, step);

        public Tensor narrow(long dim, long start, long length) => Operators.Call("aten::narrow", this, dim, start, length);

        internal Tensor slice(long dim, long start, long finish, long step) => Operators.Call("aten::slice.Tensor", this, dim, start, finish, step);

        public Tensor select(long dim, long index) => Operators.Call("aten::select.int", this, dim, index);

        public Tensor index_select(long dim, Tensor index) => Operators.Call("aten::index_select", this, dim, index);

        public Tensor gather(long dim, Tensor index) => Operators.Call("aten::gather", this, dim, index);

        public Tensor scatter(long dim, Tensor index, Tensor src) => Operators.Call("aten::scatter.src", this, dim, index, src);

        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Operators.Call("aten::scatter_add", this, dim, index, src);

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha)
            => Operators.Call("aten::index_add", this, dim, index, source, alpha);

        public Tensor[] chunk(long chunks, long dim = 0) => Operators.CallList("aten::chunk", this, chunks, dim);

        public Tensor contiguous() => Operators.Call("aten::contiguous", this);

        public Tensor clone() => Operators.Call("aten::clone", this);

        public Tensor detach() => Operators.Call("aten::detach", this);

        public Tensor cpu() => Operators.Call("aten::to.device", this, torch.CPU, dtype);

        public Tensor @float() => Converted(ScalarType.Float32);

        public Tensor @double() => Converted(ScalarType.Float64);

        public Tensor @long() => Converted(ScalarType.Int64);

        public Tensor @int() => Converted(ScalarType.Int32);

        public Tensor type_as(Tensor tensor) => Operators.Call("aten::type_as", this, tensor);

        private Tensor Converted(ScalarType type) => Operators.Call("aten::to.dtype", this, type);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => Operators.Call("aten::copy_", this, source, nonBlocking);

        public Tensor fill_(Scalar value) => Operators.Call("aten::fill_.Scalar", this, value);

        public Tensor zero_() => Operators.Call("aten::zero_", this);

        public Tensor uniform_(double from, double to, Generator? generator = null)
            => Operators.Call("aten::uniform_", this, from, to, generator);

        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null)
            => Operators.Call("aten::normal_", this, mean, std, generator);
    }
}
