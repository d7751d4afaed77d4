namespace SparseAudio.Codec.Format;

/// <summary>
/// Codes the numbers of vectors of one kind within a layer, each place of the vector with models of its own, conditioned on the same place of a
/// vector that is likely to be similar. A vector that an earlier layer told in coarse steps is made finer by bit planes.
/// </summary>
/// <param name="scales">How each number is kept.</param>
/// <param name="plane">Numbers are told without this many of their lowest bits.</param>
/// <param name="coarser">How many bits fewer the layers before tell.</param>
/// <param name="differences">Whether to code by how much numbers differ from the similar vector's, as those do that change slowly.</param>
internal sealed class VectorCoder(NumberScales scales, int plane, int coarser, bool differences = false)
{
    private readonly INumberCoder[] _coders = [.. Enumerable.Range(0, scales.Count).Select(INumberCoder (_) =>
        scales.IsLossless ? new ExactCoder() : new LevelCoder(coarser))];

    private readonly SymbolCoder[] _kinds = [.. Enumerable.Range(0, scales.Logarithmic ? scales.Count : 0).Select(_ => new SymbolCoder(2))];

    /// <summary>Codes a vector of which earlier layers told nothing.</summary>
    /// <param name="coder">Writes or reads.</param>
    /// <param name="given">The numbers to write; empty when reading.</param>
    /// <param name="like">A vector of this layer that is likely to be similar; null where there is none.</param>
    public CodedNumber[] Code(IRangeCoder coder, ReadOnlySpan<float> given, CodedNumber[]? like)
    {
        var coded = new CodedNumber[_coders.Length];
        for (var i = 0; i < coded.Length; i++)
        {
            var number = given.IsEmpty ? default : scales.CodedOf(i, given[i]).Without(plane);
            coded[i] = Checked(Code(i, coder, number, like));
        }

        return coded;
    }

    /// <summary>Codes the next bit planes of a vector that earlier layers told.</summary>
    /// <param name="coder">Writes or reads.</param>
    /// <param name="numbers">When reading, what is known, which becomes finer; null when writing.</param>
    /// <param name="given">The numbers to write; empty when reading.</param>
    public void CodeFiner(IRangeCoder coder, CodedNumber[]? numbers, ReadOnlySpan<float> given)
    {
        for (var i = 0; i < _coders.Length; i++)
        {
            var exact = given.IsEmpty ? default : scales.CodedOf(i, given[i]);
            var known = numbers is null ? exact.Without(plane + coarser) : numbers[i];
            if (known.Kind == NumberKind.Zero) continue;
            var level = _coders[i].CodeFiner(coder, known.Level, exact.Without(plane).Level);
            if (numbers is not null) numbers[i] = Checked(known with { Level = level });
        }
    }

    private CodedNumber Code(int i, IRangeCoder coder, CodedNumber number, CodedNumber[]? like)
    {
        var kind = _kinds.Length > 0 ? (NumberKind)_kinds[i].Code(coder, (uint)number.Kind) : NumberKind.Positive;
        if (kind > NumberKind.Zero) throw new FormatException("a number is neither zero, positive nor negative");
        if (kind == NumberKind.Zero) return new(0, kind);
        var similar = like?[i].Level ?? 0;
        return new(differences ? similar + _coders[i].Code(coder, number.Level - similar, 0) : _coders[i].Code(coder, number.Level, similar), kind);
    }

    private CodedNumber Checked(CodedNumber number) => scales.IsLossless || Math.Abs((long)number.Level) <= CodedNumber.MostLevel
        ? number
        : throw new FormatException("a number is out of its range");
}

/// <summary>Codes whole numbers, written or read.</summary>
internal interface INumberCoder
{
    /// <summary>Codes a number that nothing is known of but one that is likely to be similar.</summary>
    int Code(IRangeCoder coder, int level, int like);

    /// <summary>Codes the next bit planes of a number that is known without them.</summary>
    int CodeFiner(IRangeCoder coder, int known, int level);
}

/// <summary>The bits of floating-point numbers, unchanged.</summary>
internal sealed class ExactCoder : INumberCoder
{
    private readonly SymbolCoder _bits = new(32);

    public int Code(IRangeCoder coder, int level, int like) => unchecked((int)_bits.Code(coder, (uint)level));

    public int CodeFiner(IRangeCoder coder, int known, int level) => known;
}

/// <summary>Levels of quantised numbers, most of them near 0.</summary>
/// <param name="planes">How many bit planes make known ones finer.</param>
internal sealed class LevelCoder(int planes) : INumberCoder
{
    private readonly GapCoder _magnitude = new();
    private readonly SymbolCoder _below = new(planes);
    private readonly SymbolCoder _fromZero = new(planes);
    private readonly AdaptiveBit[] _isZero = [new(), new(), new()];
    private readonly AdaptiveBit[] _isNegative = [new(), new(), new(), new()];

    public int Code(IRangeCoder coder, int level, int like)
    {
        var condition = 1 + Math.Sign(like);
        if (coder.Code(ref _isZero[condition], level == 0 ? 0 : 1) == 0) return 0;
        var isNegative = coder.Code(ref _isNegative[condition], level < 0 ? 1 : 0) == 1;
        var magnitude = 1 + (long)_magnitude.Code(coder, (uint)(Math.Abs(level) - 1));
        return (int)(isNegative ? -magnitude : magnitude);
    }

    public int CodeFiner(IRangeCoder coder, int known, int level)
    {
        if (planes == 0) return known;
        if (known != 0)
        {
            if ((long)Math.Abs(known) << planes > CodedNumber.MostLevel) throw new FormatException("a number is out of its range");
            var coarse = Math.Abs(known) << planes;
            return Math.Sign(known) * (coarse + (int)_below.Code(coder, (uint)(Math.Abs(level) - coarse)));
        }

        var magnitude = (int)_fromZero.Code(coder, (uint)Math.Abs(level));
        if (magnitude == 0) return 0;
        return coder.Code(ref _isNegative[^1], level < 0 ? 1 : 0) == 1 ? -magnitude : magnitude;
    }
}
