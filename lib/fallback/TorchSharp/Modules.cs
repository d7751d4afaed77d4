using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A tensor that a module trains; it takes over the handle of the tensor it is made from.</summary>
public sealed class Parameter : Tensor
{
    public Parameter(Tensor data, bool requires_grad = true)
        : base(data.DecoupleFromNativeHandle())
    {
        this.requires_grad = requires_grad;
    }
}

/// <summary>An affine map of the last axis; it starts at zero, whoever builds it sets its values.</summary>
public sealed class Linear : nn.Module<Tensor, Tensor>
{
    internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(Linear))
    {
        weight = new Parameter(zeros(outputSize, inputSize, dtype, device));
        _ = weight.DetachFromDisposeScope();
        register_parameter(nameof(weight), weight);
        if (hasBias)
        {
            bias = new Parameter(zeros(outputSize, dtype, device));
            _ = bias.DetachFromDisposeScope();
            register_parameter(nameof(bias), bias);
        }
    }

    public Parameter weight { get; set; }

    public Parameter? bias { get; set; }

    public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, weight, bias);
}

/// <summary>Submodules named by their position.</summary>
public sealed class ModuleList<T> : nn.Module, IReadOnlyList<T>
    where T : nn.Module
{
    private readonly List<T> _items;

    public ModuleList(params T[] modules)
        : base(nameof(ModuleList<T>))
    {
        _items = [.. modules];
    }

    protected override void RegisterComponents()
    {
        for (var i = named_children().Count(); i < _items.Count; i++)
        {
            register_module(i.ToString(System.Globalization.CultureInfo.InvariantCulture), _items[i]);
        }
    }

    public int Count => _items.Count;

    public T this[int index]
    {
        get => _items[index];
        set => throw new NotSupportedException($"Submodule {index} was registered under its position and stays.");
    }

    public IEnumerator<T> GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
