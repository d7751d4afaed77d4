using SparseAudio.Codec.Format;

namespace SparseAudio.Codec;

/// <summary>
/// Ranked events and their details at one precision, from which as many can be taken as so many bytes have room for: first what brings the sound
/// nearest for each bit.
/// </summary>
internal sealed class RatedEvents
{
    /// <summary>Coarser steps than those of this quality take more from the sound than they save.</summary>
    public const double CoarsestQuality = 5;

    private readonly CodeEncoder _encoder;
    private readonly long _length;
    private readonly double _quality;
    private readonly List<(SoundContext Context, List<Density> Events)> _segments;
    private readonly double[] _order;

    /// <summary>Finds how many bits events and details take at a precision, and by that their order.</summary>
    /// <param name="encoder">The grid, the model and its fingerprint.</param>
    /// <param name="segments">The ranked events.</param>
    /// <param name="length">Samples of the recording.</param>
    /// <param name="quality">See <see cref="CodePrecision(double)"/>.</param>
    public RatedEvents(CodeEncoder encoder, IReadOnlyList<RankedSegment> segments, long length, double quality)
    {
        (_encoder, _length, _quality) = (encoder, length, quality);
        _segments = [.. segments.Select(
            segment => (segment.Context, segment.Events.Select(e => new Density(e.Event, e.Worth, e.WorthOfDetails)).ToList()))];
        var events = Math.Max(1, segments.Sum(segment => segment.Events.Count));
        var (plain, all) = ((double)File([(double.MinValue, double.MaxValue)]).Length, (double)File([(double.MinValue, double.MinValue)]).Length);
        var (perEvent, perDetails) = (Math.Max(1, plain / events), Math.Max(1, (all - plain) / events));
        _segments = [.. _segments.Select(segment => (segment.Context, segment.Events.Select(e => e with
        {
            Own = e.Own / perEvent,
            Details = Math.Min(e.Own / perEvent, e.Details / perDetails),
        }).ToList()))];
        _order = [.. _segments.SelectMany(segment => segment.Events).SelectMany(
            e => e.Event.Details.IsEmpty ? [e.Own] : new[] { e.Own, e.Details }).Distinct().OrderDescending()];
    }

    // An event, and what it and its details bring for each bit.
    private sealed record Density(SoundEvent Event, double Own, double Details);

    /// <summary>The file with the most valuable events that has room; with one event where there is none.</summary>
    /// <param name="bytes">Bytes of the file.</param>
    /// <param name="layers">Bytes after which layers shall end before its last.</param>
    public byte[] Within(int bytes, IReadOnlyList<int> layers)
    {
        var densities = new List<double>();
        foreach (var end in layers.Append(bytes)) densities.Add(Least(end, densities, layers.Count + 1));
        return File([.. densities.Select(density => (density, density))]);
    }

    // The lowest density with which a layer ends in time.
    private double Least(int bytes, List<double> before, int layers)
    {
        var (fits, tooMany) = (0, _order.Length);
        while (tooMany - fits > 1)
        {
            var middle = (fits + tooMany) / 2;
            IEnumerable<double> densities = [.. before, .. Enumerable.Repeat(_order[middle], layers - before.Count)];
            using var file = new CodeReader(new MemoryStream(File([.. densities.Select(density => (density, density))])), "code");
            if (file.Info.Layers[before.Count].EndByte <= bytes) fits = middle;
            else tooMany = middle;
        }

        return _order.Length == 0 ? 0 : _order[fits];
    }

    // A layer has events, and details, from a density on that are in none before it.
    private byte[] File(IReadOnlyList<(double Own, double Details)> layers)
    {
        var (events, contexts, own) = (new List<SoundEvent>(), new List<SoundContext>(), new List<EventLayers>());
        foreach (var (context, segment) in _segments)
        {
            var kept = segment.Select(e => (Item: e, Layers: new EventLayers(
                layers.TakeWhile(layer => e.Own < layer.Own).Count(), layers.TakeWhile(layer => e.Details < layer.Details).Count())))
                .Where(e => e.Layers.Own < layers.Count)
                .OrderBy(e => e.Item.Event.Frame).ThenBy(e => e.Item.Event.Channel).ToList();
            if (kept.Count == 0) continue;
            events.AddRange(kept.Select(e => e.Item.Event with
            {
                Context = contexts.Count,
                Details = e.Layers.Details < layers.Count ? e.Item.Event.Details : [],
            }));
            own.AddRange(kept.Select(e => e.Layers));
            contexts.Add(context.Numbers.IsEmpty
                ? SoundContext.Of(events.TakeLast(kept.Count), context.Level)
                : new SoundContext(_encoder.Model.ContextAmong(context.Numbers, kept.Count), context.Level));
        }

        var code = new SparseCode(_encoder.Layout, _encoder.Fingerprint, _length, events, contexts);
        var precision = new CodePrecision(_quality, layers.Select((_, i) => new LayerPrecision(PlaneOf(layers.Count - 1 - i), true)));
        return CodeFile.ToBytes(code, precision, own);
    }

    // Earlier layers leave out the lowest bits, but not more than a coarse code can do without.
    private int PlaneOf(int layersAfter) => Math.Min(layersAfter, (int)(_quality - CoarsestQuality));
}
