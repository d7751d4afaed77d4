namespace SparseAudio.Evaluation.Rates;

/// <summary>
/// A recording taken apart into elements (atoms, coefficients) that come in the order of their energy, of which a code keeps the first, with a
/// noise floor for the rest or without.
/// </summary>
internal interface IOrderedCode
{
    /// <summary>How many elements there are.</summary>
    int Count { get; }

    /// <summary>How many precisions elements can be told with, from the coarsest.</summary>
    int Precisions { get; }

    /// <summary>The bytes of a code.</summary>
    /// <param name="count">How many elements it keeps.</param>
    /// <param name="precision">How finely, 0 to <see cref="Precisions"/> - 1.</param>
    /// <param name="noise">The noise floor, or null.</param>
    byte[] Encode(int count, int precision, NoiseFloor? noise);

    /// <summary>The sound of a code, which is told by its bytes alone.</summary>
    float[] Decode(byte[] bytes);
}
