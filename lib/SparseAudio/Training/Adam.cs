using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseAudio.Training;

/// <summary>
/// Adam exactly as torch computes it, with its state in reach, so that a resumed training goes on bit for bit. With a
/// first beta of 0, the published one, the first moment is the gradient itself and takes no memory. Parameters that
/// never get a gradient have no state.
/// </summary>
public sealed class Adam : IDisposable
{
    private readonly (string Name, Parameter Parameter)[] _parameters;
    private readonly Tensor?[] _first;
    private readonly Tensor?[] _second;
    private readonly long[] _steps;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;

    /// <summary>An optimiser without state.</summary>
    /// <param name="parameters">The parameters by name; the order is that of the gradients in <see cref="Step"/>.</param>
    /// <param name="config">Betas and epsilon.</param>
    public Adam(IEnumerable<(string Name, Parameter Parameter)> parameters, TrainingConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _parameters = [.. parameters];
        _first = new Tensor?[_parameters.Length];
        _second = new Tensor?[_parameters.Length];
        _steps = new long[_parameters.Length];
        (_beta1, _beta2, _epsilon) = (config.Beta1, config.Beta2, config.Epsilon);
    }

    /// <summary>Moves the parameters by one step; gradients may be overwritten.</summary>
    /// <param name="gradients">One a parameter, of its shape; null leaves the parameter and its state alone.</param>
    /// <param name="learningRate">The learning rate of this step.</param>
    public void Step(IReadOnlyList<Tensor?> gradients, double learningRate)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        using IDisposable noGradients = no_grad();
        for (int i = 0; i < _parameters.Length; i++)
        {
            if (gradients[i] is { } gradient)
            {
                Move(i, gradient, learningRate);
            }
        }
    }

    /// <summary>The moments by name, for a checkpoint: <c>first.NAME</c>, <c>second.NAME</c>, each of its parameter's shape.</summary>
    /// <returns>The live tensors.</returns>
    public Dictionary<string, Tensor> Moments()
    {
        var moments = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        for (int i = 0; i < _parameters.Length; i++)
        {
            AddTo(moments, "first.", i, _first[i]);
            AddTo(moments, "second.", i, _second[i]);
        }

        return moments;
    }

    /// <summary>How many steps each parameter has made.</summary>
    /// <returns>One number a parameter, in their order.</returns>
    public long[] StepCounts() => [.. _steps];

    /// <summary>Makes room for the moments of a checkpoint, to be filled through <see cref="Moments"/>.</summary>
    /// <param name="steps">The numbers that <see cref="StepCounts"/> gave.</param>
    /// <exception cref="ArgumentException">There is not one number a parameter.</exception>
    public void Prepare(IReadOnlyList<long> steps)
    {
        ArgumentNullException.ThrowIfNull(steps);
        if (steps.Count != _parameters.Length)
        {
            throw new ArgumentException($"{steps.Count} step counts for {_parameters.Length} parameters", nameof(steps));
        }

        for (int i = 0; i < _parameters.Length; i++)
        {
            _steps[i] = steps[i];
            if (steps[i] > 0)
            {
                MakeMoments(i);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor? moment in _first.Concat(_second))
        {
            moment?.Dispose();
        }
    }

    private void Move(int index, Tensor gradient, double learningRate)
    {
        using var scope = NewDisposeScope();
        MakeMoments(index);
        long step = ++_steps[index];
        Parameter parameter = _parameters[index].Parameter;
        Tensor second = _second[index]!;
        double rootScale = Math.Sqrt(1 - Math.Pow(_beta2, step));
        double rate = -learningRate / (1 - Math.Pow(_beta1, step));
        if (AdamKernel.Fits(parameter))
        {
            new AdamKernel(_beta1, _beta2, _epsilon, rootScale, rate).Run(parameter, _first[index], second, gradient.contiguous());
            return;
        }

        Tensor first = _first[index]?.mul_(_beta1).add_(gradient, alpha: 1 - _beta1) ?? gradient;
        Tensor root = second.mul_(_beta2).addcmul_(gradient, gradient, 1 - _beta2).sqrt();
        parameter.addcdiv_(first, root.div_(rootScale).add_(_epsilon), rate);
    }

    private void MakeMoments(int index)
    {
        Parameter parameter = _parameters[index].Parameter;
        _second[index] ??= zeros(parameter.shape, dtype: parameter.dtype, device: parameter.device).DetachFromDisposeScope();
        if (_beta1 > 0)
        {
            _first[index] ??= zeros(parameter.shape, dtype: parameter.dtype, device: parameter.device).DetachFromDisposeScope();
        }
    }

    private void AddTo(Dictionary<string, Tensor> moments, string prefix, int index, Tensor? moment)
    {
        if (moment is not null)
        {
            moments.Add(prefix + _parameters[index].Name, moment);
        }
    }
}
