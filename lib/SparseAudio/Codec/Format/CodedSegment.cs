using System.Collections.Immutable;

namespace SparseAudio.Codec.Format;

/// <summary>An event as the layers of a file tell it.</summary>
/// <param name="frame">The frame at which it begins.</param>
/// <param name="channel">Its channel.</param>
internal sealed class CodedEvent(int frame, int channel)
{
    public int Frame { get; } = frame;

    public int Channel { get; } = channel;

    /// <summary>The index of its context, where contexts are listed.</summary>
    public int Context { get; set; }

    /// <summary>When reading, its amplitude as far as it is known.</summary>
    public CodedNumber[]? Amplitude { get; set; }

    /// <summary>When reading, its gain; null where no event has one.</summary>
    public CodedNumber[]? Gain { get; set; }

    /// <summary>Whether its details are told.</summary>
    public bool IsDetailed { get; set; }

    /// <summary>When reading, its details as far as they are known.</summary>
    public CodedNumber[]? Details { get; set; }

    /// <summary>When writing, the event itself.</summary>
    public SoundEvent? Given { get; init; }

    /// <summary>When writing, the first layer that tells details of it.</summary>
    public int DetailLayer { get; init; }
}

/// <summary>The events of a segment and their context, as the layers of a file tell them.</summary>
/// <param name="index">Which segment.</param>
internal sealed class CodedSegment(int index)
{
    public int Index { get; } = index;

    /// <summary>The events that are known, by frame, then channel.</summary>
    public List<CodedEvent> Events { get; } = [];

    /// <summary>When reading, the level of its context as far as it is known; null where none is told.</summary>
    public CodedNumber[]? Level { get; set; }

    /// <summary>When reading, the numbers of its context as far as they are known; null where none are told.</summary>
    public CodedNumber[]? Numbers { get; set; }

    /// <summary>When writing, the context itself.</summary>
    public SoundContext? Given { get; init; }

    /// <summary>Puts an event among those that are known.</summary>
    public void Add(CodedEvent item)
    {
        var at = Events.Count;
        while (at > 0 && (Events[at - 1].Frame, Events[at - 1].Channel).CompareTo((item.Frame, item.Channel)) > 0) at--;
        Events.Insert(at, item);
    }
}

/// <summary>From coded numbers to a code's.</summary>
/// <param name="header">How numbers are kept.</param>
/// <param name="plane">How many of their lowest bits are not known.</param>
internal sealed class CodedNumbers(CodeHeader header, int plane)
{
    public SoundEvent EventOf(CodedEvent item, int context) => new(item.Frame, item.Channel, header.Amplitudes.NumberOf(0, item.Amplitude![0], plane))
    {
        Gain = item.Gain is null ? 1 : header.Gains!.NumberOf(0, item.Gain[0], plane),
        Context = context,
        Details = item.Details is null ? [] : VectorOf(header.Details!, item.Details),
    };

    public float LevelOf(CodedNumber[]? level) => level is null ? 1 : header.Levels!.NumberOf(0, level[0], plane);

    public ImmutableArray<float> VectorOf(NumberScales scales, CodedNumber[] coded)
    {
        var numbers = ImmutableArray.CreateBuilder<float>(coded.Length);
        for (var i = 0; i < coded.Length; i++) numbers.Add(scales.NumberOf(i, coded[i], plane));
        return numbers.MoveToImmutable();
    }
}
