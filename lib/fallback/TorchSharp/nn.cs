using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A tree of parameters, buffers and submodules, named by their fields.</summary>
        public class Module : IDisposable
        {
            private readonly List<(string Name, Parameter Value)> _parameters = [];
            private readonly List<(string Name, Tensor Value)> _buffers = [];
            private readonly List<(string Name, Module Value)> _children = [];
            private readonly string _name;
            private bool _registered;

            protected Module(string name) => _name = name;

            public bool training { get; private set; } = true;

            public virtual string GetName() => _name;

            /// <summary>Registers every field that holds a module, a parameter or a tensor, under the field's name.</summary>
            protected virtual void RegisterComponents()
            {
                if (_registered)
                {
                    return;
                }
                _registered = true;
                foreach (var field in GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
                {
                    switch (field.GetValue(this))
                    {
                        case Module module when _children.All(child => child.Name != field.Name):
                            register_module(field.Name, module);
                            break;
                        case Parameter parameter when _parameters.All(known => known.Name != field.Name):
                            register_parameter(field.Name, parameter);
                            break;
                        case Tensor buffer and not Parameter:
                            _buffers.Add((field.Name, buffer));
                            break;
                    }
                }
            }

            /// <summary>Adds a submodule, whose own fields are registered now if they were not yet.</summary>
            public virtual void register_module(string name, Module submodule)
            {
                submodule.RegisterComponents();
                _children.Add((name, submodule));
            }

            /// <summary>Adds a parameter; the dispose scope that it was made in still ends it.</summary>
            public virtual void register_parameter(string name, Parameter param) => _parameters.Add((name, param));

            public virtual IEnumerable<(string name, Module module)> named_children() => _children.Select(child => (child.Name, child.Value));

            public virtual IEnumerable<Module> children() => _children.Select(child => child.Value);

            /// <summary>Every parameter once, under the first of its names.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
                => Walk(recurse, "").DistinctBy(entry => entry.Item2.Handle);

            public virtual IEnumerable<Parameter> parameters(bool recurse = true)
                => named_parameters(recurse).Select(entry => entry.parameter);

            /// <summary>All parameters, then all buffers, by their dotted names; then the other names of what has several.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                var start = string.IsNullOrEmpty(prefix) ? "" : prefix + ".";
                foreach (var (name, value) in named_parameters())
                {
                    _ = destination.TryAdd(start + name, value);
                }
                foreach (var (name, value) in WalkBuffers(""))
                {
                    _ = destination.TryAdd(start + name, value);
                }
                foreach (var (name, child) in _children)
                {
                    _ = child.state_dict(destination, start + name);
                }
                return destination;
            }

            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, child) in _children)
                {
                    _ = child.apply(fn);
                }
                fn(this);
                return this;
            }

            public virtual void train(bool train = true)
            {
                training = train;
                foreach (var (_, child) in _children)
                {
                    child.train(train);
                }
            }

            public virtual void eval() => train(false);

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                {
                    return;
                }
                _children.ForEach(child => child.Value.Dispose());
                _parameters.ForEach(parameter => parameter.Value.Dispose());
                _buffers.ForEach(buffer => buffer.Value.Dispose());
            }

            private IEnumerable<(string, Tensor)> WalkBuffers(string prefix)
                => _buffers.Select(buffer => (prefix + buffer.Name, buffer.Value))
                    .Concat(_children.SelectMany(child => child.Value.WalkBuffers($"{prefix}{child.Name}.")));

            private IEnumerable<(string, Parameter)> Walk(bool recurse, string prefix)
            {
                foreach (var (name, value) in _parameters)
                {
                    yield return (prefix + name, value);
                }
                foreach (var entry in recurse ? _children.SelectMany(child => child.Value.Walk(true, $"{prefix}{child.Name}.")) : [])
                {
                    yield return entry;
                }
            }
        }

        /// <summary>What can be called with one argument.</summary>
        public interface IModule<T, TResult>
        {
            TResult call(T input1);
        }

        /// <summary>What can be called with two arguments.</summary>
        public interface IModule<T1, T2, TResult>
        {
            TResult call(T1 input1, T2 input2);
        }

        /// <summary>The package's place for hooks, of which none are used here.</summary>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            protected HookableModule(string name)
                : base(name)
            {
            }
        }

        public abstract class Module<T, TResult> : HookableModule<Func<Module<T, TResult>, T, T>, Func<Module<T, TResult>, T, TResult, TResult>>, IModule<T, TResult>
        {
            protected Module(string name)
                : base(name)
            {
            }

            public abstract TResult forward(T input);

            public TResult call(T input) => forward(input);
        }

        public abstract class Module<T1, T2, TResult> : HookableModule<Func<Module<T1, T2, TResult>, T1, T2, (T1, T2)?>, Func<Module<T1, T2, TResult>, T1, T2, TResult, TResult>>, IModule<T1, T2, TResult>
        {
            protected Module(string name)
                : base(name)
            {
            }

            public abstract TResult forward(T1 input1, T2 input2);

            public TResult call(T1 input1, T2 input2) => forward(input1, input2);
        }

        public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
            => new(inputSize, outputSize, hasBias, device, dtype);

        public static ModuleList<T> ModuleList<T>(params T[] modules) where T : Module => new(modules);

        public static class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Operators.Call("aten::linear", input, weights, bias);

            public static Tensor batch_norm(Tensor input, Tensor running_mean, Tensor running_var, Tensor? weight = null, Tensor? bias = null, bool training = false, double momentum = 0.1, double eps = 1E-05)
            {
                // The engine's own normalisation is for the common case; every other one is libtorch's.
                var isMatrix = training && input.ndim == 2 && input.dtype == ScalarType.Float32 && input.device.type == DeviceType.CPU;
                return isMatrix && weight is not null && bias is not null
                    ? Operators.Call("sparseaudio::batch_norm", input, weight, bias, running_mean, running_var, momentum, eps)
                    : Operators.Call("aten::batch_norm", input, weight, bias, running_mean, running_var, training, momentum, eps, false);
            }

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1E-05)
                => Operators.Call("aten::layer_norm", input, normalized_shape, weight, bias, eps, false);

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1E-05)
                => Operators.Call("aten::group_norm", input, num_groups, weight, bias, eps, false);

            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false)
                => Operators.Call(inplace ? "aten::leaky_relu_" : "aten::leaky_relu", input, negative_slope);

            public static Tensor relu(Tensor x, bool inplace = false) => Operators.Call(inplace ? "aten::relu_" : "aten::relu", x);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
                => Operators.Call(inplace ? "aten::dropout_" : "aten::dropout", input, p, training);

            internal static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
                => Operators.Call("aten::pad", input, pad, mode.ToString().ToLowerInvariant(), mode == PaddingModes.Constant ? value : default(Argument));

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
                => functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
                => functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            private static long[] List((long, long) pair) => [pair.Item1, pair.Item2];
        }
    }
}
