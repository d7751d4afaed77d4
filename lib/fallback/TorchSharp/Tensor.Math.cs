namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);
        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);
        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);
        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);
        public static Tensor operator -(Scalar left, Tensor right) => Operators.Call("aten::rsub.Scalar", right, left);
        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);
        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);
        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);
        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);
        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);
        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public Tensor abs() => Operators.Call("aten::abs", this);

        internal Tensor neg() => Operators.Call("aten::neg", this);

        public Tensor exp() => Operators.Call("aten::exp", this);

        public Tensor log() => Operators.Call("aten::log", this);

        public Tensor sqrt() => Operators.Call("aten::sqrt", this);

        public Tensor square() => Operators.Call("aten::square", this);

        public Tensor sigmoid() => Operators.Call("aten::sigmoid", this);

        public Tensor tanh() => Operators.Call("aten::tanh", this);

        public Tensor cos() => Operators.Call("aten::cos", this);

        public Tensor sin() => Operators.Call("aten::sin", this);

        public Tensor isfinite() => Operators.Call("aten::isfinite", this);

        public Tensor add(Tensor target) => Operators.Call("aten::add.Tensor", this, target);

        internal Tensor add(Scalar scalar) => Operators.Call("aten::add.Scalar", this, scalar);

        public Tensor add_(Tensor target, Scalar alpha) => Operators.Call("aten::add_.Tensor", this, target, alpha);

        public Tensor add_(Scalar scalar) => Operators.Call("aten::add_.Scalar", this, scalar);

        internal Tensor sub(Tensor target) => Operators.Call("aten::sub.Tensor", this, target);

        internal Tensor sub(Scalar target) => Operators.Call("aten::sub.Scalar", this, target);

        public Tensor mul(Tensor target) => Operators.Call("aten::mul.Tensor", this, target);

        internal Tensor mul(Scalar target) => Operators.Call("aten::mul.Scalar", this, target);

        public Tensor mul_(Scalar target) => Operators.Call("aten::mul_.Scalar", this, target);

        internal Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
            => Operators.Call("aten::div.Tensor_mode", this, target, Name(rounding_mode));

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
            => Operators.Call("aten::div.Scalar_mode", this, target, Name(rounding_mode));

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
            => Operators.Call("aten::div_.Scalar_mode", this, target, Name(rounding_mode));

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value)
            => Operators.Call("aten::addcmul", this, tensor1, tensor2, value);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value)
            => Operators.Call("aten::addcmul_", this, tensor1, tensor2, value);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value)
            => Operators.Call("aten::addcdiv_", this, tensor1, tensor2, value);

        public Tensor remainder(Scalar scalar) => Operators.Call("aten::remainder.Scalar", this, scalar);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Operators.Call("aten::clamp", this, min, max);

        public Tensor clamp_min(Scalar min) => Operators.Call("aten::clamp_min", this, min);

        public Tensor clamp_max(Scalar max) => Operators.Call("aten::clamp_max", this, max);

        public Tensor eq(Tensor target) => Operators.Call("aten::eq.Tensor", this, target);

        public Tensor eq(Scalar target) => Operators.Call("aten::eq.Scalar", this, target);

        public Tensor gt(Scalar target) => Operators.Call("aten::gt.Scalar", this, target);

        public Tensor ge(Scalar target) => Operators.Call("aten::ge.Scalar", this, target);

        public Tensor lt(Scalar target) => Operators.Call("aten::lt.Scalar", this, target);

        public Tensor all() => Operators.Call("aten::all", this);

        public Tensor sum(ScalarType? type = null) => Operators.Call("aten::sum", this, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null)
            => Operators.Call("aten::sum.dim_IntList", this, dim, keepdim, type);

        public Tensor mean() => Operators.Call("aten::mean", this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
            => Operators.Call("aten::mean.dim", this, dimensions, keepdim, type);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Operators.Call("aten::var.dim", this, dimensions, unbiased, keepdim);

        public Tensor norm(float p = 2) => Operators.Call("aten::norm.Scalar", this, (double)p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2)
            => Operators.Call("aten::norm.ScalarOpt_dim", this, (double)p, new long[] { dim }, keepdim);

        public Tensor max() => Operators.Call("aten::max", this);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Operators.CallPair("aten::max.dim", this, dim, keepdim);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => Operators.Call("aten::amax", this, dims, keepdim);

        public Tensor argmax() => argmax_of(default, false);

        public Tensor argmax(long dim, bool keepdim = false) => argmax_of(dim, keepdim);

        private Tensor argmax_of(Argument dim, bool keepdim) => Operators.Call("aten::argmax", this, dim, keepdim);

        public Tensor cumsum(long dim, ScalarType? type = null) => Operators.Call("aten::cumsum", this, dim, type);

        internal Tensor softmax(long dim, ScalarType? dtype = null) => Operators.Call("aten::softmax.int", this, dim, dtype);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
            => Operators.CallPair("aten::topk", this, (long)k, (long)dim, largest, sorted);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false)
            => Operators.CallPair("aten::sort.stable", this, stable, dim, descending);

        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Operators.Call("aten::addmm_", this, mat1, mat2, beta, alpha);

        public Tensor matmul(Tensor target) => Operators.Call("sparseaudio::matmul", this, target);

        public Tensor mm(Tensor target) => Operators.Call("aten::mm", this, target);

        public Tensor real => Operators.Call("aten::real", this);

        public Tensor conj() => Operators.Call("aten::conj", this);

        internal Tensor view_as_real() => Operators.Call("aten::view_as_real", this);

        private static string? Name(RoundingMode mode) => mode == RoundingMode.None ? null : mode.ToString();
    }
}
