using System.Diagnostics;
using SparseAudio.Cli.Benchmark;
using SparseAudio.Codec;
using SparseAudio.Losses;
using SparseAudio.Models;
using SparseAudio.Signal;
using SparseAudio.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Adam = SparseAudio.Training.Adam;

namespace SparseAudio.Cli.Commands;

/// <summary>Measures a model: encoding, decoding, a whole training step, and the parts of each.</summary>
public sealed class ModelBenchmark
{
    private const int LongCodeSegments = 12;
    private static readonly long[] FewEvents = [1, 5, 16];
    private readonly ModelConfig _config;
    private readonly TrainingPreset _preset;
    private readonly Device _device;
    private readonly int _warmUps;
    private readonly int _runs;

    /// <summary>Prepares measurements.</summary>
    /// <param name="config">The model; its name decides the loss and the optimiser's settings.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="runs">Runs that count.</param>
    /// <param name="warmUps">Runs before them that do not.</param>
    public ModelBenchmark(ModelConfig config, Device device, int runs = 5, int warmUps = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(runs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(warmUps);
        (_config, _device, _runs, _warmUps) = (config, device, runs, warmUps);
        _preset = TrainingPreset.For(config);
    }

    /// <summary>Measures one batch size; each piece of work is reported as soon as it is measured.</summary>
    /// <param name="batch">Segments at once.</param>
    /// <param name="report">Told of every measurement.</param>
    /// <param name="cancellation">Asked between runs.</param>
    public void Measure(int batch, Action<Measurement> report, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        using var scope = NewDisposeScope();
        using var model = new SparseAudioModel(_config, 0, _device);
        manual_seed(0);
        Tensor audio = empty([batch, 1, _config.Samples], device: _device).uniform_(-1, 1);
        using (no_grad())
        using (NewDisposeScope())
        {
            model.eval();
            SparseEncoding encoding = model.Encode(audio);
            Time("encode", () => _ = model.Encode(audio));
            Time("decode", () => _ = model.Decode(encoding));
            Time("decode sum", () => _ = model.DecodeSum(encoding));
            Time("forward", () => _ = model.forward(audio));
            TimeByEvents(model, encoding, batch, report, cancellation);
            foreach ((string name, Action part) in Parts(model, audio, encoding))
            {
                Time("part." + name, part);
            }
        }

        TimeStep(model, audio, batch, report, cancellation);

        void Time(string name, Action work)
        {
            var stopwatch = new Sections(_device);
            report(Repeat(name, batch, stopwatch, cancellation, () =>
            {
                work();
                stopwatch.Mark("");
            })[0]);
        }
    }

    // What remains when events are taken out of a segment; those that stay are spread over it, as all of them are.
    private void TimeByEvents(SparseAudioModel model, SparseEncoding encoding, int batch, Action<Measurement> report, CancellationToken cancellation)
    {
        var order = encoding.Frames.select(0, 0).sort(0).Indices;
        long all = order.shape[0];
        var decoder = new CodeDecoder(model);
        Compare("decode", [5], code => () => _ = model.Decode(code));
        Compare("decode sum", FewEvents, code => () => _ = model.DecodeSum(code));
        if (batch == 1)
        {
            Compare($"code of {LongCodeSegments} segments", [5], encoding =>
            {
                SparseCode code = LongCode(CodeTensors.ToCode(encoding, _config, decoder.Fingerprint));
                return () => _ = decoder.Decode(code);
            });
        }

        void Compare(string name, long[] counts, Func<SparseEncoding, Action> work)
        {
            Measurement whole = Time(all);
            foreach (Measurement part in counts.Where(count => count < all).Select(Time).Append(whole))
            {
                report(part with { ShareOfAllEvents = part.ProcessorMs / whole.ProcessorMs });
            }

            Measurement Time(long count) =>
                Repeat($"{name}, {count} {(count == 1 ? "event" : "events")}", batch, new Sections(_device), cancellation, work(Chosen(count)))[0];
        }

        SparseEncoding Chosen(long count)
        {
            Tensor chosen = order.index_select(0, arange(count, device: order.device) * (all / count));
            return new SparseEncoding(encoding.Channels.index_select(1, chosen), encoding.Frames.index_select(1, chosen), encoding.Values.index_select(1, chosen))
            {
                Context = encoding.Context ?? model.ContextOf(encoding),
                Details = encoding.Details?.index_select(1, chosen),
            };
        }
    }

    // The same segment again and again.
    private static SparseCode LongCode(SparseCode segment) => new(
        segment.Layout, segment.Model, LongCodeSegments * segment.Length,
        Enumerable.Range(0, LongCodeSegments).SelectMany(turn => segment.Events.Select(e => e with { Frame = e.Frame + (turn * segment.Layout.SegmentFrames) })),
        segment.Contexts);

    private static IEnumerable<(string Name, Action Work)> Parts(SparseAudioModel model, Tensor audio, SparseEncoding encoding)
    {
        ModelConfig config = model.Config;
        yield return ("spectrogram", () => _ = model.Spectrogram(audio));
        if (model.Pitched is not null)
        {
            yield break;
        }

        (long batch, long events) = (encoding.Values.shape[0], encoding.Values.shape[1]);
        Tensor spectrogram = model.Spectrogram(audio);
        Tensor context = model.ContextOf(encoding);
        Tensor embedding = model.Embed(encoding, context);
        Tensor noise = model.Noise.For(encoding, config.ImpulseSamples);
        Tensor impulse = model.Impulse.forward(embedding.flatten(0, 1), noise).view(batch, events, -1);
        Tensor resonance = model.Resonance.forward(embedding, encoding.Frames);
        Tensor room = context.narrow(1, config.EmbeddingSize, config.ContextSize);
        yield return ("encoder", () => _ = model.Encoder.Features(spectrogram));
        yield return ("impulse", () => _ = model.Impulse.forward(embedding.flatten(0, 1), noise));
        yield return ("resonance", () => _ = model.Resonance.forward(embedding, encoding.Frames));
        yield return ("convolution", () => _ = FftConvolution.ConvolveSum(impulse, resonance, config.Samples));
        yield return ("room", () => _ = model.Room.forward(room, audio));
    }

    private void TimeStep(SparseAudioModel model, Tensor audio, int batch, Action<Measurement> report, CancellationToken cancellation)
    {
        model.train();
        Parameter[] parameters = [.. model.parameters()];
        using var adam = new Adam(model.named_parameters(), _preset.Config);
        ILoss loss = _preset.Loss(_config);
        var sections = new Sections(_device);
        foreach (Measurement measurement in Repeat("step", batch, sections, cancellation, () =>
        {
            SparseEncoding encoding = model.Encode(audio);
            sections.Mark("encode");
            Tensor rebuilt = _preset.JudgesEvents ? model.Decode(encoding) : model.DecodeSum(encoding);
            sections.Mark("decode");
            LossParts parts = loss.Compute(audio, rebuilt);
            sections.Mark("loss");
            Tensor?[] gradients = Gradient.Of(parts.Total, parameters);
            sections.Mark("backward");
            _ = Numbers.Norm(gradients);
            adam.Step(gradients, _preset.Config.LearningRate);
            sections.Mark("optimiser");
        }))
        {
            report(measurement);
        }
    }

    private List<Measurement> Repeat(string name, int batch, Sections sections, CancellationToken cancellation, Action work)
    {
        long allocated = 0;
        for (int run = -_warmUps; run < _runs; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (run == 0)
            {
                PeakMemory.Reset();
                allocated = GC.GetTotalAllocatedBytes(precise: true);
            }

            using var scope = NewDisposeScope();
            sections.Begin(counts: run >= 0);
            work();
            sections.End();
        }

        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var measurements = new List<Measurement> { Measurement.Of(_config.Name, batch, name, sections.Totals, allocated, PeakMemory.Read(), sections.Processor) };
        measurements.AddRange(sections.Named.Where(section => section.Key.Length > 0).Select(section =>
            Measurement.Of(_config.Name, batch, $"{name}.{section.Key}", section.Value, 0, 0, [])));
        return measurements;
    }

    /// <summary>Times the sections of a piece of work, one after the other.</summary>
    private sealed class Sections(Device device)
    {
        private readonly Stopwatch _watch = new();
        private TimeSpan _processor;
        private double _last;
        private bool _counts;

        public List<double> Totals { get; } = [];

        public List<double> Processor { get; } = [];

        public Dictionary<string, List<double>> Named { get; } = [];

        public void Begin(bool counts)
        {
            (_counts, _last) = (counts, 0);
            _processor = Environment.CpuUsage.TotalTime;
            _watch.Restart();
        }

        public void Mark(string name)
        {
            double now = Now();
            if (_counts)
            {
                (Named.TryGetValue(name, out List<double>? times) ? times : Named[name] = []).Add(now - _last);
            }

            _last = now;
        }

        public void End()
        {
            if (_counts)
            {
                Totals.Add(Now());
                Processor.Add((Environment.CpuUsage.TotalTime - _processor).TotalMilliseconds);
            }
        }

        // A GPU works on while the program goes ahead; reading a number back waits until it has caught up.
        private double Now()
        {
            if (device.type == TorchSharp.DeviceType.CUDA)
            {
                using Tensor number = zeros([1], device: device);
                _ = number.item<float>();
            }

            return _watch.Elapsed.TotalMilliseconds;
        }
    }
}
