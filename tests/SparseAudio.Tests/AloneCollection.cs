using Xunit;

namespace SparseAudio.Tests;

/// <summary>Tests that measure the whole process run when no others do.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneCollection;
