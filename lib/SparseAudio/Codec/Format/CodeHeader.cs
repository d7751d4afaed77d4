using System.Collections.Immutable;

namespace SparseAudio.Codec.Format;

/// <summary>What a code file says about itself before its layers.</summary>
internal sealed record CodeHeader
{
    private const int LongestModelName = 256;
    private const int MostLayers = 16;
    private const int MostPlanes = 12;

    /// <summary>Fingerprint of the model.</summary>
    public required string Model { get; init; }

    public required CodeLayout Layout { get; init; }

    /// <summary>Samples of the recording.</summary>
    public required long Length { get; init; }

    /// <summary>From the coarsest on; later ones have no larger planes.</summary>
    public required ImmutableArray<CodeLayer> Layers { get; init; }

    public required ContextCoding Contexts { get; init; }

    /// <summary>How many contexts are listed.</summary>
    public required int ListedContexts { get; init; }

    /// <summary>Whether the last number of a context says how many events the segment has.</summary>
    public required bool CountsEvents { get; init; }

    public required NumberScales Amplitudes { get; init; }

    /// <summary>Null when no event has a gain.</summary>
    public NumberScales? Gains { get; init; }

    /// <summary>Null when every context has the level 1.</summary>
    public NumberScales? Levels { get; init; }

    /// <summary>Of listed contexts without numbers; null when there are none.</summary>
    public NumberScales? Amounts { get; init; }

    /// <summary>Of a context's numbers; null when the model has none.</summary>
    public NumberScales? Numbers { get; init; }

    /// <summary>Of an event's details; null when there are none.</summary>
    public NumberScales? Details { get; init; }

    /// <summary>All events.</summary>
    public int Events => Layers.Sum(layer => layer.Events);

    /// <summary>The numbers of a context that are kept: a count of events needs none.</summary>
    public ReadOnlySpan<float> NumbersOf(SoundContext context) =>
        (CountsEvents ? context.Numbers.SetItem(context.Numbers.Length - 1, 0) : context.Numbers).AsSpan();

    /// <summary>Reads a header and checks every number of it.</summary>
    /// <exception cref="FormatException">It is not one; the message says why.</exception>
    public static CodeHeader Parse(byte[] bytes)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            var header = Read(reader);
            if (reader.BaseStream.Position < bytes.Length) throw new FormatException("its header is longer than it says");
            header.Validate();
            return header;
        }
        catch (EndOfStreamException)
        {
            throw new FormatException("its header ends too early");
        }
    }

    public byte[] ToBytes()
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(Model);
        foreach (var number in new[] { Layout.SampleRate, Layout.Channels, Layout.Hop, Layout.SegmentFrames }) writer.Write7BitEncodedInt(number);
        writer.Write7BitEncodedInt64(Length);
        writer.Write((byte)Layers.Length);
        foreach (var layer in Layers)
        {
            writer.Write7BitEncodedInt(layer.Events);
            writer.Write((byte)(layer.Precision.Plane << 1 | (layer.Precision.Detailed ? 1 : 0)));
        }

        writer.Write((byte)Contexts);
        writer.Write7BitEncodedInt(ListedContexts);
        writer.Write(CountsEvents);
        foreach (var scales in new[] { Amplitudes, Gains, Levels, Amounts, Numbers, Details }) Write(writer, scales);
        writer.Flush();
        return memory.ToArray();
    }

    private static CodeHeader Read(BinaryReader reader)
    {
        var model = reader.ReadString();
        var layout = new CodeLayout(
            reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt());
        var length = reader.Read7BitEncodedInt64();
        var layers = new CodeLayer[reader.ReadByte()];
        for (var i = 0; i < layers.Length; i++)
        {
            var events = reader.Read7BitEncodedInt();
            var precision = reader.ReadByte();
            layers[i] = new CodeLayer(events, new LayerPrecision(precision >> 1, (precision & 1) != 0));
        }

        return new CodeHeader
        {
            Model = model,
            Layout = layout,
            Length = length,
            Layers = [.. layers],
            Contexts = (ContextCoding)reader.ReadByte(),
            ListedContexts = reader.Read7BitEncodedInt(),
            CountsEvents = reader.ReadBoolean(),
            Amplitudes = ReadScales(reader, logarithmic: true) ?? throw new FormatException("it does not say how amplitudes are kept"),
            Gains = ReadScales(reader, logarithmic: true),
            Levels = ReadScales(reader, logarithmic: true),
            Amounts = ReadScales(reader, logarithmic: true),
            Numbers = ReadScales(reader, logarithmic: false),
            Details = ReadScales(reader, logarithmic: false),
        };
    }

    // The count, 0 for none; the steps, one alone where all are the same; the centres likewise.
    private static void Write(BinaryWriter writer, NumberScales? scales)
    {
        writer.Write7BitEncodedInt(scales?.Count ?? 0);
        if (scales is null) return;
        WriteList(writer, scales.Steps);
        WriteList(writer, scales.Centres);
    }

    private static NumberScales? ReadScales(BinaryReader reader, bool logarithmic)
    {
        var count = reader.Read7BitEncodedInt();
        if (count is < 0 or > CodeRules.MostNumbers) throw new FormatException($"its header counts {count} numbers");
        return count == 0 ? null : new NumberScales(count, logarithmic, ReadList(reader, count), ReadList(reader, count));
    }

    private static void WriteList(BinaryWriter writer, ImmutableArray<int> numbers)
    {
        var different = numbers.Distinct().Count();
        writer.Write((byte)Math.Min(2, different));
        foreach (var number in different == 1 ? numbers[..1] : numbers) writer.Write7BitEncodedInt((int)ZigZag.Of(number));
    }

    private static ImmutableArray<int> ReadList(BinaryReader reader, int count)
    {
        var kind = reader.ReadByte();
        if (kind > 2) throw new FormatException("its header has a list of an unknown kind");
        var numbers = new int[kind == 2 ? count : kind];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = ZigZag.Back((uint)reader.Read7BitEncodedInt());
        return kind == 1 ? [.. Enumerable.Repeat(numbers[0], count)] : [.. numbers];
    }

    private void Validate()
    {
        if (Model.Length > LongestModelName) throw new FormatException($"its model's name has {Model.Length} characters");
        try
        {
            Layout.Validate();
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new FormatException("its header is wrong: " + exception.Message.Split(" (Parameter")[0], exception);
        }

        if (Length < 0 || Length > (long)int.MaxValue * Layout.Hop) throw new FormatException($"its length is {Length} samples");
        if (Layers.Length is 0 or > MostLayers) throw new FormatException($"it has {Layers.Length} layers");
        if (Layers.Any(layer => layer.Events < 0) || Layers.Sum(layer => (long)layer.Events) > int.MaxValue)
            throw new FormatException($"it counts {Layers.Sum(layer => (long)layer.Events)} events");
        for (var i = 0; i < Layers.Length; i++)
        {
            var (before, plane) = (i == 0 ? MostPlanes : Layers[i - 1].Precision.Plane, Layers[i].Precision.Plane);
            if (plane > before) throw new FormatException($"its layer {i} leaves out {plane} planes after one that leaves out {before}");
            if (i > 0 && Layers[i - 1].Precision.Detailed && !Layers[i].Precision.Detailed)
                throw new FormatException($"its layer {i} has no details after one that has some");
        }

        if (!Enum.IsDefined(Contexts)) throw new FormatException("its contexts are kept in an unknown way");
        if (ListedContexts < 0 || ListedContexts > Layers[0].Events)
            throw new FormatException($"it counts {ListedContexts} contexts for {Layers[0].Events} events");
        if (Contexts == ContextCoding.Listed && Layers.Length > 1) throw new FormatException("it lists contexts and has several layers");
        if ((Contexts == ContextCoding.Listed && Numbers is null) != Amounts is not null)
            throw new FormatException("its header lists contexts without amounts, or amounts without contexts");
        if (CountsEvents && Numbers is null) throw new FormatException("its header counts events in contexts that have no numbers");
        if (Layers.Length > 1 && Amplitudes.IsLossless) throw new FormatException("it is lossless and has several layers");
        Amplitudes.Validate("its amplitude");
        Gains?.Validate("its gain");
        Levels?.Validate("its level");
        Amounts?.Validate("its context");
        Numbers?.Validate("its context");
        Details?.Validate("its details");
    }
}

/// <summary>A layer of a file.</summary>
/// <param name="Events">How many events are new in it.</param>
/// <param name="Precision">How finely it tells numbers.</param>
internal readonly record struct CodeLayer(int Events, LayerPrecision Precision);

/// <summary>How a file keeps the contexts of its events.</summary>
internal enum ContextCoding : byte
{
    /// <summary>Each segment's is the sum of its events' amplitudes; its level is kept.</summary>
    Inferred,

    /// <summary>Each segment has one.</summary>
    BySegment,

    /// <summary>As in an edited code: all are listed, and each event names its own.</summary>
    Listed,
}
