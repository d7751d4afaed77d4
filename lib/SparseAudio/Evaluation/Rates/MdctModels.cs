using SparseAudio.Codec.Format;

namespace SparseAudio.Evaluation.Rates;

/// <summary>The adaptive models of an <see cref="MdctCode"/>, which writes levels band by band, or fills them in while reading.</summary>
/// <param name="levels">(frames × hop): the levels, of which all before the band in question are known.</param>
/// <param name="hop">Bins a frame.</param>
/// <param name="band">Bins a band.</param>
internal sealed class MdctModels(int[] levels, int hop, int band)
{
    private const int BandContexts = 16;
    private const int Neighbourhoods = 8;
    private const int Regions = 3;
    private const int Unary = 14;
    private readonly AdaptiveBit[] _hasAny = Fresh(BandContexts);
    private readonly AdaptiveBit[] _isKept = Fresh(Neighbourhoods * Regions);
    private readonly AdaptiveBit[] _isLarger = Fresh(Neighbourhoods * Unary);
    private readonly GapCoder _rest = new();

    /// <summary>Codes the band that begins at <paramref name="first"/>; when reading, its levels are 0 before.</summary>
    public void Code(IRangeCoder coder, int first)
    {
        if (coder.Code(ref _hasAny[BandContext(first)], levels.AsSpan(first, band).ContainsAnyExcept(0) ? 1 : 0) == 0) return;
        for (var i = first; i < first + band; i++)
        {
            var (near, given) = (Neighbourhood(i), Math.Abs(levels[i]));
            if (coder.Code(ref _isKept[(near * Regions) + Region(i)], given > 0 ? 1 : 0) == 0) continue;
            var level = 1;
            while (level <= Unary && coder.Code(ref _isLarger[(near * Unary) + level - 1], given > level ? 1 : 0) != 0) level++;
            if (level > Unary) level += (int)_rest.Code(coder, (uint)Math.Max(0, given - level));
            levels[i] = coder.CodeDirect(levels[i] < 0 ? 1u : 0, 1) != 0 ? -level : level;
        }
    }

    private static AdaptiveBit[] Fresh(int count)
    {
        var models = new AdaptiveBit[count];
        Array.Fill(models, new AdaptiveBit());
        return models;
    }

    // How many bins the band had a frame before, whether the band above had any then, and whether the band below has any now.
    private int BandContext(int first)
    {
        var before = first >= hop ? Math.Min(levels.AsSpan(first - hop, band).ToArray().Count(level => level != 0), 3) : 0;
        var above = first >= hop && first % hop < hop - band && levels.AsSpan(first - hop + band, band).ContainsAnyExcept(0);
        var below = first % hop > 0 && levels.AsSpan(first - band, band).ContainsAnyExcept(0);
        return (before * 4) + (above ? 2 : 0) + (below ? 1 : 0);
    }

    // The levels nearby, the same bin a frame before and the next lower bin with twice the weight of those beside them.
    private int Neighbourhood(int i)
    {
        var bin = i % hop;
        var before = (2 * Level(i - hop, bin)) + Level(i - hop - 1, bin - 1) + Level(i - hop + 1, bin + 1);
        var sum = before + (2 * Level(i - 1, bin - 1)) + Level(i - 2, bin - 2);
        return sum switch { < 5 => sum, < 7 => 5, < 10 => 6, _ => 7 };
    }

    private int Level(int i, int bin) => i >= 0 && bin >= 0 && bin < hop ? Math.Min(Math.Abs(levels[i]), 3) : 0;

    private int Region(int i) => (i % hop) switch { < 64 => 0, < 256 => 1, _ => 2 };
}
