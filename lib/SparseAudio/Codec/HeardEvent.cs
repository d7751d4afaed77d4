using SparseAudio.Codec.Format;

namespace SparseAudio.Codec;

/// <summary>An event with the context it is heard in, for work that goes through a code in order and holds none of it.</summary>
/// <param name="Event">The event.</param>
/// <param name="Context">What <see cref="SoundEvent.Context"/> stands for.</param>
public readonly record struct HeardEvent(SoundEvent Event, SoundContext Context);
