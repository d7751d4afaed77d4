namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);
        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);
        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);
        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);
        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);
        public static Tensor operator -(Scalar left, Tensor right) => Operators.Call("aten::rsub.Scalar", right, left);
        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);
        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);
        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);
        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);
        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);
        public static Tensor operator /(Scalar left, Tensor right) => right.reciprocal().mul(left);
        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public Tensor abs() => Operators.Call("aten::abs", this);

        public Tensor neg() => Operators.Call("aten::neg", this);

        public Tensor exp() => Operators.Call("aten::exp", this);

        public Tensor log() => Operators.Call("aten::log", this);

        public Tensor log10() => Operators.Call("aten::log10", this);

        public Tensor log1p() => Operators.Call("aten::log1p", this);

        public Tensor log2() => Operators.Call("aten::log2", this);

        public Tensor sqrt() => Operators.Call("aten::sqrt", this);

        public Tensor rsqrt() => Operators.Call("aten::rsqrt", this);

        public Tensor square() => Operators.Call("aten::square", this);

        public Tensor sigmoid() => Operators.Call("aten::sigmoid", this);

        public Tensor tanh() => Operators.Call("aten::tanh", this);

        public Tensor relu() => Operators.Call("aten::relu", this);

        public Tensor floor() => Operators.Call("aten::floor", this);

        public Tensor ceil() => Operators.Call("aten::ceil", this);

        public Tensor cos() => Operators.Call("aten::cos", this);

        public Tensor sin() => Operators.Call("aten::sin", this);

        public Tensor isnan() => Operators.Call("aten::isnan", this);

        public Tensor isinf() => Operators.Call("aten::isinf", this);

        public Tensor isfinite() => Operators.Call("aten::isfinite", this);

        public Tensor sign() => Operators.Call("aten::sign", this);

        public Tensor reciprocal() => Operators.Call("aten::reciprocal", this);

        public Tensor expm1() => Operators.Call("aten::expm1", this);

        public Tensor trunc() => Operators.Call("aten::trunc", this);

        public Tensor frac() => Operators.Call("aten::frac", this);

        public Tensor erf() => Operators.Call("aten::erf", this);

        public Tensor add(Tensor target) => Operators.Call("aten::add.Tensor", this, target);

        public Tensor add(Tensor target, Scalar alpha) => Operators.Call("aten::add.Tensor", this, target, alpha);

        public Tensor add(Scalar scalar) => Operators.Call("aten::add.Scalar", this, scalar);

        public Tensor add_(Tensor target) => Operators.Call("aten::add_.Tensor", this, target);

        public Tensor add_(Tensor target, Scalar alpha) => Operators.Call("aten::add_.Tensor", this, target, alpha);

        public Tensor add_(Scalar scalar) => Operators.Call("aten::add_.Scalar", this, scalar);

        public Tensor sub(Tensor target) => Operators.Call("aten::sub.Tensor", this, target);

        public Tensor sub(Scalar target) => Operators.Call("aten::sub.Scalar", this, target);

        public Tensor sub_(Tensor target) => Operators.Call("aten::sub_.Tensor", this, target);

        public Tensor mul(Tensor target) => Operators.Call("aten::mul.Tensor", this, target);

        public Tensor mul(Scalar target) => Operators.Call("aten::mul.Scalar", this, target);

        public Tensor mul_(Tensor target) => Operators.Call("aten::mul_.Tensor", this, target);

        public Tensor mul_(Scalar target) => Operators.Call("aten::mul_.Scalar", this, target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
            => Operators.Call("aten::div.Tensor_mode", this, target, Name(rounding_mode));

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
            => Operators.Call("aten::div.Scalar_mode", this, target, Name(rounding_mode));

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
            => Operators.Call("aten::div_.Tensor_mode", this, target, Name(rounding_mode));

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
            => Operators.Call("aten::div_.Scalar_mode", this, target, Name(rounding_mode));

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value)
            => Operators.Call("aten::addcmul_", this, tensor1, tensor2, value);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value)
            => Operators.Call("aten::addcdiv_", this, tensor1, tensor2, value);

        public Tensor sqrt_() => Operators.Call("aten::sqrt_", this);

        public Tensor pow(Scalar exponent) => Operators.Call("aten::pow.Tensor_Scalar", this, exponent);

        public Tensor pow(Tensor exponent) => Operators.Call("aten::pow.Tensor_Tensor", this, exponent);

        public Tensor remainder(Scalar scalar) => Operators.Call("aten::remainder.Scalar", this, scalar);

        public Tensor atan2(Tensor other) => Operators.Call("aten::atan2", this, other);

        public Tensor round(long decimals = 0) => Operators.Call("aten::round.decimals", this, decimals);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Operators.Call("aten::clamp", this, min, max);

        public Tensor clamp_min(Scalar min) => Operators.Call("aten::clamp_min", this, min);

        public Tensor clamp_max(Scalar max) => Operators.Call("aten::clamp_max", this, max);

        public Tensor maximum(Tensor other) => Operators.Call("aten::maximum", this, other);

        public Tensor minimum(Tensor other) => Operators.Call("aten::minimum", this, other);

        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null)
            => Operators.Call("aten::nan_to_num", this, nan, posinf is double p ? p : default(Argument), neginf is double n ? n : default(Argument));

        public Tensor eq(Tensor target) => Operators.Call("aten::eq.Tensor", this, target);

        public Tensor eq(Scalar target) => Operators.Call("aten::eq.Scalar", this, target);

        public Tensor gt(Tensor target) => Operators.Call("aten::gt.Tensor", this, target);

        public Tensor gt(Scalar target) => Operators.Call("aten::gt.Scalar", this, target);

        public Tensor ge(Tensor target) => Operators.Call("aten::ge.Tensor", this, target);

        public Tensor ge(Scalar target) => Operators.Call("aten::ge.Scalar", this, target);

        public Tensor lt(Tensor target) => Operators.Call("aten::lt.Tensor", this, target);

        public Tensor lt(Scalar target) => Operators.Call("aten::lt.Scalar", this, target);

        public Tensor le(Tensor target) => Operators.Call("aten::le.Tensor", this, target);

        public Tensor le(Scalar target) => Operators.Call("aten::le.Scalar", this, target);

        public Tensor all() => Operators.Call("aten::all", this);

        public Tensor any() => Operators.Call("aten::any", this);

        public bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false)
            => Operators.CallNumber("aten::allclose", this, target, rtol, atol, equal_nan) != 0;

        public Tensor sum(ScalarType? type = null) => Operators.Call("aten::sum", this, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null)
            => Operators.Call("aten::sum.dim_IntList", this, dim, keepdim, type);

        public Tensor mean() => Operators.Call("aten::mean", this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
            => Operators.Call("aten::mean.dim", this, dimensions, keepdim, type);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
            => Operators.Call("aten::var.dim", this, dimensions, unbiased, keepdim);

        public Tensor std(bool unbiased = true) => Operators.Call("aten::std", this, unbiased);

        public Tensor norm(float p = 2) => Operators.Call("aten::norm.Scalar", this, (double)p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2)
            => Operators.Call("aten::norm.ScalarOpt_dim", this, (double)p, new long[] { dim }, keepdim);

        public Tensor max() => Operators.Call("aten::max", this);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Operators.CallPair("aten::max.dim", this, dim, keepdim);

        public Tensor min() => Operators.Call("aten::min", this);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) => Operators.Call("aten::amax", this, dims, keepdim);

        public Tensor argmax() => argmax_of(default, false);

        public Tensor argmax(long dim, bool keepdim = false) => argmax_of(dim, keepdim);

        private Tensor argmax_of(Argument dim, bool keepdim) => Operators.Call("aten::argmax", this, dim, keepdim);

        public Tensor cumsum(long dim, ScalarType? type = null) => Operators.Call("aten::cumsum", this, dim, type);

        public Tensor cumprod(long dim, ScalarType? type = null) => Operators.Call("aten::cumprod", this, dim, type);

        public Tensor softmax(long dim, ScalarType? dtype = null) => Operators.Call("aten::softmax.int", this, dim, dtype);

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
            => Operators.CallPair("aten::topk", this, (long)k, (long)dim, largest, sorted);

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false)
            => Operators.CallPair("aten::sort.stable", this, stable, dim, descending);

        public Tensor matmul(Tensor target) => Operators.Call("aten::matmul", this, target);

        public Tensor mm(Tensor target) => Operators.Call("aten::mm", this, target);

        public Tensor bmm(Tensor batch2) => Operators.Call("aten::bmm", this, batch2);

        public Tensor real => Operators.Call("aten::real", this);

        public Tensor imag => Operators.Call("aten::imag", this);

        public Tensor conj() => Operators.Call("aten::conj", this);

        public Tensor angle() => Operators.Call("aten::angle", this);

        public Tensor view_as_real() => Operators.Call("aten::view_as_real", this);

        private static string? Name(RoundingMode mode) => mode == RoundingMode.None ? null : mode.ToString();
    }
}
