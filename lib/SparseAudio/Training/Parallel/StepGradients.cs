using System.Diagnostics;
using System.Runtime.InteropServices;
using SparseAudio.Data;
using SparseAudio.Losses;
using SparseAudio.Signal;
using static TorchSharp.torch;

namespace SparseAudio.Training.Parallel;

/// <summary>What the forward and backward passes of a step gave, the same on every process.</summary>
/// <param name="Loss">The mean loss of all parts of the batch.</param>
/// <param name="Parts">The mean of each part of the loss, by name.</param>
/// <param name="Norm">The norm of the mean gradients before clipping.</param>
/// <param name="Trouble">Why the step must be skipped; null where it need not.</param>
internal sealed record StepOutcome(double Loss, IReadOnlyDictionary<string, double> Parts, double Norm, string? Trouble);

/// <summary>
/// The gradients of a step whose batch is computed in parts: one after the other in a process (accumulation), and side by side in several. The
/// gradients are the means over all parts. A part sees its own batch norm statistics, as in torch's DistributedDataParallel, and the running
/// statistics become the means of what each part makes of those before the step.
/// </summary>
/// <param name="state">Parameters and settings.</param>
/// <param name="objective">The loss of a batch (batch, 1, samples).</param>
/// <param name="statistics">The running statistics and room for their values before the step.</param>
/// <param name="exchange">The other processes.</param>
internal sealed class StepGradients(
    TrainingState state, Func<Tensor, IReadOnlyList<Segment>, LossParts> objective, (Tensor Live, Tensor Kept)[] statistics,
    IGradientExchange exchange)
{
    // Numbers of losses in an exchange: the total and its parts. Losses of more parts log only these.
    private const int MostLosses = 31;

    private readonly Stopwatch _exchanging = new();

    /// <summary>How long exchanges took in all, the wait for the slowest process included.</summary>
    public TimeSpan ExchangeTime => _exchanging.Elapsed;

    /// <summary>The bytes of gradients that a process sent in the last exchange.</summary>
    public long ExchangeBytes { get; private set; }

    private int Parts => state.Config.Accumulate * exchange.Count;

    private Device Device => state.Parameters[0].device;

    /// <summary>Computes this process's parts and exchanges them; the gradients are where the optimiser looks for them.</summary>
    /// <param name="segments">The items of this process.</param>
    /// <param name="step">The step.</param>
    public StepOutcome Compute(IReadOnlyList<Segment> segments, long step)
    {
        foreach (var (live, kept) in statistics) kept.copy_(live);
        var sums = Parts == 1 ? [] : statistics.Select(buffer => zeros_like(buffer.Live)).ToArray();
        var losses = new double[MostLosses];
        string[] names = [];
        string? trouble = null;
        var size = segments.Count / state.Config.Accumulate;
        for (var part = 0; part < state.Config.Accumulate && trouble is null; part++)
        {
            using var scope = NewDisposeScope();
            if (part > 0) RestoreStatistics();
            Seed(state.Config.Seed, step, exchange.Rank * state.Config.Accumulate + part, Device);
            var some = segments.Skip(part * size).Take(size).ToArray();
            var loss = objective(OnDevice(some), some);
            var (total, parts) = loss.ToNumbers();
            if (!double.IsFinite(total)) trouble = $"loss is {total}";
            names = [.. parts.Keys.Take(MostLosses - 1)];
            losses[0] += total / Parts;
            for (var i = 0; i < names.Length; i++) losses[i + 1] += parts[names[i]] / Parts;
            if (trouble is not null) break;
            Gradients.Add(loss.Total, state.Parameters);
            foreach (var (sum, buffer) in sums.Zip(statistics)) sum.add_(buffer.Live);
        }

        _exchanging.Start();
        trouble = Agree(trouble, losses);
        if (trouble is null && Parts > 1) Average(sums);
        _exchanging.Stop();
        if (trouble is not null) return Skipped(trouble);
        var norm = Gradients.Clip(state.Parameters, state.Config.ClipNorm);
        if (!double.IsFinite(norm)) return Skipped($"gradients are {norm}");
        return new StepOutcome(losses[0], names.Select((name, i) => (name, losses[i + 1])).ToDictionary(), norm, null);
    }

    /// <summary>
    /// Seeds all random numbers of a part of a step. TorchSharp's manual_seed reaches the CPU's generator alone.
    /// </summary>
    public static void Seed(long seed, long step, int part, Device device) =>
        Seed((long)((part == 0 ? SplitMix64.Hash(seed, step) : SplitMix64.Hash(seed, step, part)) >> 1), device);

    /// <summary>Seeds all random numbers.</summary>
    public static void Seed(long seed, Device device)
    {
        manual_seed(seed);
        if (device.type == TorchSharp.DeviceType.CUDA) cuda.manual_seed_all(seed);
    }

    /// <summary>The samples of segments on the parameters' device, (segments, 1, samples).</summary>
    public Tensor OnDevice(IReadOnlyList<Segment> segments) =>
        tensor([.. segments.SelectMany(segment => segment.Samples)], [segments.Count, 1, segments[0].Samples.Length], device: CPU)
            .IntoTorchMemory(Device);

    private StepOutcome Skipped(string trouble)
    {
        RestoreStatistics();
        return new StepOutcome(double.NaN, new Dictionary<string, double>(), double.NaN, trouble);
    }

    private void RestoreStatistics()
    {
        using var fixedGraph = no_grad();
        foreach (var (live, kept) in statistics) live.copy_(kept);
    }

    // One process in trouble is all of them; otherwise the losses become the means over all parts.
    private string? Agree(string? trouble, double[] losses)
    {
        if (exchange.Count == 1) return trouble;
        Span<double> told = stackalloc double[MostLosses + 1];
        told[0] = trouble is null ? 0 : 1;
        if (trouble is null) losses.CopyTo(told[1..]);
        exchange.Sum(told);
        if (told[0] > 0) return trouble ?? $"{told[0]} of {exchange.Count} processes had no finite loss";
        told[1..].CopyTo(losses);
        return null;
    }

    // The sums of gradients and statistics over this process's parts become the means over all.
    private void Average(Tensor[] sums)
    {
        using var scope = NewDisposeScope();
        using var fixedGraph = no_grad();
        if (exchange.Count > 1) Exchange(sums);
        foreach (var parameter in state.Parameters) parameter.grad?.div_(Parts);
        foreach (var (sum, buffer) in sums.Zip(statistics))
            buffer.Live.copy_(sum.is_floating_point() ? sum / Parts : sum.div(Parts, RoundingMode.floor));
    }

    // All numbers lie one after the other, so that a few large messages carry them.
    private void Exchange(Tensor[] sums)
    {
        var has = state.Parameters.Select(parameter => parameter.grad is null ? 0.0 : 1).ToArray();
        exchange.Sum(has);
        var carried = state.Parameters.Where((_, i) => has[i] > 0).ToArray();
        foreach (var parameter in carried) parameter.grad ??= zeros_like(parameter);
        Tensor[] all = [.. carried.Select(parameter => parameter.grad!), .. sums];
        if (all.Length == 0) return;
        var flat = cat([.. all.Select(numbers => numbers.to_type(ScalarType.Float32).flatten())]).cpu();
        ExchangeBytes = flat.bytes.Length;
        exchange.Sum(MemoryMarshal.Cast<byte, float>(flat.bytes));
        var at = 0L;
        foreach (var numbers in all)
        {
            numbers.copy_(flat.narrow(0, at, numbers.numel()).view(numbers.shape));
            at += numbers.numel();
        }
    }
}
