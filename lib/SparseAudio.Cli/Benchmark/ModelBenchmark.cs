using System.Diagnostics;
using SparseAudio.Codec;
using SparseAudio.Losses;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseAudio.Cli.Benchmark;

/// <summary>Measures an untrained model: encoding, decoding all events and a few of them, and a training step with its parts.</summary>
/// <param name="config">The model; its name decides the loss and the optimiser's settings.</param>
/// <param name="device">The device to compute on.</param>
/// <param name="runs">Runs that count.</param>
/// <param name="warmUps">Runs before them that do not.</param>
/// <param name="report">Called with every measurement as soon as it is made.</param>
/// <param name="cancellation">Asked between runs.</param>
public sealed class ModelBenchmark(
    ModelConfig config, Device device, int runs, int warmUps, Action<Measurement> report, CancellationToken cancellation = default)
{
    private const int FewEvents = 5;
    private const int LongCodeSegments = 12;

    /// <summary>Measures one batch size.</summary>
    /// <param name="batch">Segments in a batch.</param>
    public void Measure(int batch)
    {
        using var scope = NewDisposeScope();
        using var model = ModelPreset.Build(config, 0, device);
        manual_seed(0);
        var audio = empty([batch, 1, config.Samples], device: device).uniform_(-1, 1);
        using (no_grad())
        using (NewDisposeScope())
        {
            model.eval();
            var encoding = model.Encode(audio);
            report(Time("encode", batch, () => _ = model.Encode(audio)));
            MeasureDecoding(model, encoding, batch);
        }

        MeasureStep(model, audio, batch);
    }

    // Fewer events are what remains of a segment when others are taken out; those that stay are spread over it.
    private void MeasureDecoding(SparseAudioModel model, SparseEncoding encoding, int batch)
    {
        var few = Some(encoding with { Context = encoding.Context ?? model.ContextOf(encoding) }, FewEvents);
        Compare("decode", e => _ = model.DecodeEvents(e));
        Compare("decode sum", e => _ = model.DecodeSum(e));
        if (batch > 1) return;
        var decoder = new CodeDecoder(model);
        Compare($"code of {LongCodeSegments} segments", e => _ = decoder.Decode(LongCode(CodeTensors.ToCode(e, config, decoder.Fingerprint))));

        void Compare(string name, Action<SparseEncoding> decode)
        {
            var whole = Time(name, batch, () => decode(encoding));
            var part = Time($"{name}, {FewEvents} events", batch, () => decode(few));
            report(whole);
            report(part with { ShareOfAllEvents = part.ProcessorMs / whole.ProcessorMs });
        }
    }

    private static SparseEncoding Some(SparseEncoding encoding, long count)
    {
        var order = encoding.Frames.select(0, 0).sort(0).Indices;
        var chosen = order.index_select(0, arange(count, device: order.device) * (order.shape[0] / count));
        Tensor Chosen(Tensor tensor) => tensor.index_select(1, chosen);
        return encoding with
        {
            Channels = Chosen(encoding.Channels),
            Frames = Chosen(encoding.Frames),
            Values = Chosen(encoding.Values),
            Details = encoding.Details is null ? null : Chosen(encoding.Details),
        };
    }

    // The same segment again and again.
    private static SparseCode LongCode(SparseCode segment) => new(
        segment.Layout, segment.Model, LongCodeSegments * segment.Length,
        Enumerable.Range(0, LongCodeSegments).SelectMany(
            turn => segment.Events.Select(e => e with { Frame = e.Frame + turn * segment.Layout.SegmentFrames })),
        segment.Contexts);

    private void MeasureStep(SparseAudioModel model, Tensor audio, int batch)
    {
        model.train();
        var preset = TrainingPreset.For(config);
        var loss = preset.Loss(config);
        Parameter[] parameters = [.. model.parameters()];
        using var optimiser = optim.Adam(parameters, preset.Config.LearningRate, preset.Config.Beta1, preset.Config.Beta2, preset.Config.Epsilon);
        SparseEncoding encoding = null!;
        Tensor decoded = null!;
        LossParts parts = null!;
        var measured = Time("step", batch,
            ("encode", () => encoding = model.Encode(audio)),
            ("decode", () => decoded = model.DecodeSum(encoding)),
            ("loss", () => parts = loss.Compute(audio, decoded)),
            ("backward", () =>
            {
                Gradients.Add(parts.Total, parameters);
                _ = Gradients.Clip(parameters, preset.Config.ClipNorm);
            }
        ),
            ("optimiser", () =>
            {
                optimiser.step();
                Gradients.Forget(parameters);
            }
        ));
        foreach (var measurement in measured) report(measurement);
    }

    private Measurement Time(string name, int batch, Action work) => Time(name, batch, ("", work))[0];

    // The whole, and then each of the parts, which run one after the other.
    private List<Measurement> Time(string name, int batch, params (string Name, Action Work)[] parts)
    {
        var (whole, processor, each) = (new List<double>(), new List<double>(), parts.Select(_ => new List<double>()).ToList());
        for (var run = -warmUps; run < runs; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (run == 0) PeakMemory.Reset();
            using var scope = NewDisposeScope();
            var processorBefore = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            List<double> marks = [0];
            foreach (var part in parts)
            {
                part.Work();
                Synchronize();
                marks.Add(watch.Elapsed.TotalMilliseconds);
            }

            if (run < 0) continue;
            whole.Add(marks[^1]);
            processor.Add((Environment.CpuUsage.TotalTime - processorBefore).TotalMilliseconds);
            for (var i = 0; i < parts.Length; i++) each[i].Add(marks[i + 1] - marks[i]);
        }

        List<Measurement> measured = [Summary(name, whole, Median(processor), PeakMemory.Read())];
        if (parts.Length > 1) measured.AddRange(parts.Zip(each, (part, times) => Summary($"{name}.{part.Name}", times, 0, 0)));
        return measured;

        Measurement Summary(string name, List<double> times, double processorMs, long peakBytes) =>
            new(config.Name, batch, name, runs, Median(times), times.Min(), times.Max(), processorMs, peakBytes);
    }

    // A GPU computes while the program goes on; reading a number back waits for it.
    private void Synchronize()
    {
        if (device.type != TorchSharp.DeviceType.CUDA) return;
        using var number = zeros([1], device: device);
        _ = number.item<float>();
    }

    private static double Median(List<double> values)
    {
        List<double> sorted = [.. values.Order()];
        return (sorted[sorted.Count / 2] + sorted[(sorted.Count - 1) / 2]) / 2;
    }
}
