using System.Collections.Immutable;
using SparseAudio.Codec;
using SparseAudio.Codec.Analysis;
using SparseAudio.Codec.Editing;
using SparseAudio.Models;

namespace SparseAudio.Cli;

/// <summary>The sounds of a code's events, for which the model is loaded only when a command or a selection asks for them.</summary>
internal sealed class EventSounds(Invocation invocation) : IDisposable
{
    private SparseAudioModel? _model;
    private EventDescriber? _describer;

    private EventDescriber Describer => _describer ??= new EventDescriber(_model ??= LoadedModel.Load(invocation));

    /// <summary>The sounds that <paramref name="query"/> asks about, or none.</summary>
    public ImmutableArray<EventSound> For(SparseCode code, EventQuery query) => query.NeedsSound ? All(code) : default;

    /// <summary>All sounds of a code.</summary>
    public ImmutableArray<EventSound> All(SparseCode code) =>
        invocation.WithProgress("decoding events", progress => Describer.Describe(code, progress, invocation.Cancellation));

    /// <summary>The fundamentals of all channels.</summary>
    public ChannelPitches Pitches(SparseCode code) =>
        invocation.WithProgress("measuring channels", progress => Describer.PitchesOf(code, progress, invocation.Cancellation));

    /// <inheritdoc/>
    public void Dispose() => _model?.Dispose();
}
