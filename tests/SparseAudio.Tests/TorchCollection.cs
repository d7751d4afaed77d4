using Xunit;

namespace SparseAudio.Tests;

/// <summary>Tests that compute with tensors run one class at a time: each uses all cores.</summary>
[CollectionDefinition("torch")]
public sealed class TorchCollection;
