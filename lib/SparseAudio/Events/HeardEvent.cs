namespace SparseAudio.Events;

/// <summary>An event with the context it is heard in, for work that goes through a code in order and holds none of it.</summary>
internal readonly record struct HeardEvent(SoundEvent Event, SoundContext Context);
