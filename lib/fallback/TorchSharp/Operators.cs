using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>One argument of an operator; the schema on the native side decides what it becomes there.</summary>
internal readonly struct Argument
{
    internal object? Reference { get; private init; }
    internal Native.Kind Kind { get; private init; }
    internal long Integer { get; private init; }
    internal double Real { get; private init; }

    public static implicit operator Argument(Tensor? t) => t is null ? default : new() { Kind = Native.Kind.TensorHandle, Reference = t };
    public static implicit operator Argument(long v) => new() { Kind = Native.Kind.Int, Integer = v };
    public static implicit operator Argument(long? v) => v is long l ? l : default(Argument);
    public static implicit operator Argument(double v) => new() { Kind = Native.Kind.Double, Real = v };
    public static implicit operator Argument(bool v) => new() { Kind = Native.Kind.Bool, Integer = v ? 1 : 0 };
    public static implicit operator Argument(long[]? v) => v is null ? default : new() { Kind = Native.Kind.IntList, Reference = v };
    public static implicit operator Argument(Tensor?[] v) => new() { Kind = Native.Kind.TensorList, Reference = v };
    public static implicit operator Argument(string? v) => v is null ? default : new() { Kind = Native.Kind.Text, Reference = v };
    public static implicit operator Argument(Device? v) => v?.ToString();
    public static implicit operator Argument(ScalarType v) => (long)v;
    public static implicit operator Argument(ScalarType? v) => v is ScalarType t ? t : default(Argument);
    public static implicit operator Argument(Generator? v) => v is null ? default : new() { Kind = Native.Kind.GeneratorHandle, Reference = v };
    public static implicit operator Argument(Scalar? v) => v?.Argument ?? default;

    internal static Argument OfInteger(long v) => v;
    internal static Argument OfReal(double v) => v;
    internal static Argument OfBoolean(bool v) => v;
}

/// <summary>Calls libtorch operators by their schema name, for instance <c>aten::add.Tensor</c>.</summary>
internal static unsafe class Operators
{
    private const int MostResults = 4;
    private static readonly ConcurrentDictionary<string, nint> Found = new();

    /// <summary>Calls an operator with one tensor result.</summary>
    internal static Tensor Call(string op, params ReadOnlySpan<Argument> arguments)
    {
        Span<Native.Value> results = stackalloc Native.Value[MostResults];
        Invoke(op, arguments, results);
        return Tensor.Own(results[0].Pointer);
    }

    /// <summary>Calls an operator with two tensor results.</summary>
    internal static (Tensor, Tensor) CallPair(string op, params ReadOnlySpan<Argument> arguments)
    {
        Span<Native.Value> results = stackalloc Native.Value[MostResults];
        Invoke(op, arguments, results);
        return (Tensor.Own(results[0].Pointer), Tensor.Own(results[1].Pointer));
    }

    /// <summary>Calls an operator whose result is a list of tensors.</summary>
    internal static Tensor[] CallList(string op, params ReadOnlySpan<Argument> arguments)
    {
        Span<Native.Value> results = stackalloc Native.Value[MostResults];
        Invoke(op, arguments, results);
        var handles = new ReadOnlySpan<nint>((void*)results[0].Pointer, results[0].Count);
        var tensors = new Tensor[handles.Length];
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = Tensor.Own(handles[i]);
        }
        Native.engine_free_list(results[0].Pointer);
        return tensors;
    }

    /// <summary>Calls an operator whose result is a number or a truth value.</summary>
    internal static double CallNumber(string op, params ReadOnlySpan<Argument> arguments)
    {
        Span<Native.Value> results = stackalloc Native.Value[MostResults];
        Invoke(op, arguments, results);
        return results[0].Kind == Native.Kind.Double ? results[0].Real : results[0].Integer;
    }

    private static nint Find(string op)
    {
        var dot = op.IndexOf('.', StringComparison.Ordinal);
        return Native.ThrowIfNull(dot < 0 ? Native.engine_find(op, "") : Native.engine_find(op[..dot], op[(dot + 1)..]));
    }

    private static void Invoke(string op, ReadOnlySpan<Argument> arguments, Span<Native.Value> results)
    {
        var handle = Found.GetOrAdd(op, Find);
        Span<Native.Value> values = stackalloc Native.Value[arguments.Length];
        Span<GCHandle> pins = stackalloc GCHandle[arguments.Length];
        pins.Clear();
        var filled = 0;
        try
        {
            foreach (ref readonly var argument in arguments)
            {
                values[filled] = Marshalled(argument, out pins[filled]);
                filled++;
            }
            fixed (Native.Value* first = values, result = results)
            {
                Native.ThrowIfFailed(Native.engine_call(handle, first, values.Length, result, results.Length));
            }
        }
        finally
        {
            foreach (var pin in pins)
            {
                if (pin.IsAllocated)
                {
                    pin.Free();
                }
            }
            foreach (ref readonly var argument in arguments)
            {
                GC.KeepAlive(argument.Reference);
            }
        }
    }

    private static Native.Value Marshalled(in Argument argument, out GCHandle pin)
    {
        var value = new Native.Value { Kind = argument.Kind, Integer = argument.Integer, Real = argument.Real };
        pin = default;
        switch (argument.Reference)
        {
            case Tensor tensor:
                value.Pointer = tensor.Handle;
                break;
            case Generator generator:
                value.Pointer = generator.Handle;
                break;
            case long[] numbers:
                value.Count = numbers.Length;
                value.Pointer = Pinned(numbers, out pin);
                break;
            case Tensor?[] tensors:
                value.Count = tensors.Length;
                value.Pointer = Pinned(Array.ConvertAll(tensors, t => t?.Handle ?? 0), out pin);
                break;
            case string text:
                value.Pointer = Pinned(System.Text.Encoding.UTF8.GetBytes(text + '\0'), out pin);
                break;
        }
        return value;
    }

    private static nint Pinned(Array array, out GCHandle pin)
    {
        pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        return pin.AddrOfPinnedObject();
    }
}
