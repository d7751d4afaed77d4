namespace TorchSharp;

public static partial class torch
{
    public static Tensor zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Made("aten::zeros", requires_grad, size, dtype, default, device);

    public static Tensor zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => zeros([size], dtype, device, requires_grad);

    public static Tensor zeros(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => zeros([rows, columns], dtype, device, requires_grad);

    public static Tensor zeros(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => zeros([dim0, dim1, dim2], dtype, device, requires_grad);

    public static Tensor ones(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Made("aten::ones", requires_grad, size, dtype, default, device);

    public static Tensor ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => ones([size], dtype, device, requires_grad);

    public static Tensor empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Made("aten::empty.memory_format", requires_grad, size, dtype, default, device);

    public static Tensor full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Made("aten::full", requires_grad, size, value, dtype, default, device);

    public static Tensor rand(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null)
        => Made("aten::rand.generator", requires_grad, size, generator, dtype, default, device);

    public static Tensor randn(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null)
        => Made("aten::randn.generator", requires_grad, size, generator, dtype, default, device);

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null)
        => Made("aten::randperm.generator", requires_grad, n, generator, dtype ?? ScalarType.Int64, default, device);

    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Made("aten::zeros_like", requires_grad, input, dtype, default, device);

    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Made("aten::ones_like", requires_grad, input, dtype, default, device);

    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Made("aten::empty_like", requires_grad, input, dtype, default, device);

    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Made("aten::full_like", requires_grad, input, value, dtype, default, device);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => Made("aten::arange", requires_grad, stop, dtype, default, device);

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => Made("aten::arange.start", requires_grad, start, stop, dtype, default, device);

    public static Tensor hann_window(long len, bool periodic = true, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
        => Made("aten::hann_window.periodic", requires_grad, len, periodic, dtype, default, device);

    public static Tensor tensor(float scalar, Device? device = null, bool requires_grad = false)
        => Filled(new[] { scalar }, [], null, device, requires_grad);

    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Filled(rawArray, [rawArray.Length], dtype, device, requires_grad);

    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Filled(rawArray, dimensions, dtype, device, requires_grad);

    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Filled(rawArray, [rawArray.Length], dtype, device, requires_grad);

    public static Tensor tensor(long[] dataArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Filled(dataArray, [dataArray.Length], dtype, device, requires_grad);

    public static Tensor tensor(long[] dataArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null)
        => Filled(dataArray, dimensions, dtype, device, requires_grad);

    public static Tensor from_array(Array rawArray, Device? device = null)
        => Filled(rawArray, Dimensions(rawArray), null, device, false);

    private static long[] Dimensions(Array array) => [.. Enumerable.Range(0, array.Rank).Select(array.GetLongLength)];

    private static Tensor Filled(Array array, ReadOnlySpan<long> dimensions, ScalarType? dtype, Device? device, bool requires_grad)
    {
        var copy = ElementTypes.Copied(array, dimensions);
        if ((dtype is ScalarType type && type != copy.dtype) || (device is not null && device.type != DeviceType.CPU))
        {
            using var source = copy;
            copy = Operators.Call("aten::to.device", source, device ?? CPU, dtype ?? source.dtype);
        }
        return requires_grad ? copy.requires_grad_() : copy;
    }

    private static Tensor Made(string op, bool requires_grad, params ReadOnlySpan<Argument> arguments)
    {
        var made = Operators.Call(op, arguments);
        return requires_grad ? made.requires_grad_() : made;
    }
}
