using System.Collections.Immutable;
using SparseAudio.Codec;
using SparseAudio.Codec.Analysis;
using SparseAudio.Codec.Editing;
using SparseAudio.Models;

namespace SparseAudio.Cli;

/// <summary>A code's events with their sounds, decoded only when a command or a selection asks for them.</summary>
internal sealed class EventsOf(Invocation invocation) : IDisposable
{
    private SparseAudioModel? _model;
    private EventDescriber? _describer;

    /// <summary>The sounds that <paramref name="query"/> needs, or none.</summary>
    public ImmutableArray<EventSound> For(SparseCode code, EventQuery query) => query.NeedsSound ? Sounds(code) : default;

    /// <summary>All sounds of a code.</summary>
    public ImmutableArray<EventSound> Sounds(SparseCode code)
    {
        using var progress = invocation.Progress("listening to events");
        return Describer().Describe(code, new Progress(progress), invocation.Cancellation);
    }

    /// <summary>The fundamentals of all channels.</summary>
    public ChannelPitches Pitches(SparseCode code)
    {
        using var progress = invocation.Progress("listening to channels");
        return Describer().PitchesOf(code, new Progress(progress), invocation.Cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _model?.Dispose();

    private EventDescriber Describer()
    {
        _model ??= LoadedModel.Load(invocation);
        return _describer ??= new EventDescriber(_model);
    }
}
