using SparseAudio.Codec;
using SparseAudio.Codec.Editing;
using SparseAudio.Codec.Format;
using Xunit;
using Xunit.Abstractions;

namespace SparseAudio.Tests.Codec.Format;

/// <summary>Code files that were written once stay readable, and the same codes become the same bytes.</summary>
public class CodeVersionTests(ITestOutputHelper output)
{
    [Fact]
    public void Dump()
    {
        foreach (var code in new[] { Derived, Edited, Numbers }) output.WriteLine(Convert.ToBase64String(CodeFile.ToBytes(code, CodePrecision.Lossless)));
        foreach (var code in new[] { Derived, Edited, Numbers }) output.WriteLine(Convert.ToBase64String(CodeFile.ToBytes(code)));
        foreach (var code in new[] { SampleCodes.Uniform(1, 40), SampleCodes.Edited(3), SampleCodes.WithNumbers(4, 30), SampleCodes.Uniform(2, 9, details: 7) })
            output.WriteLine(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(CodeFile.ToBytes(code))));
    }

    private static SparseCode Derived => SparseCode.FromEvents(
        SampleCodes.Layout, "m", 50_000, [new(3, 7, 1.5f), new(3, 4000, 0.25f), new(130, 7, 2), new(190, 12, 0.5f)], e => 1 + e.Frame / 100);

    private static SparseCode Edited => Derived.Gain(EventQuery.Time(0, 1), -6).Merge(Derived, 0.5);

    private static SparseCode Numbers => new(
        SampleCodes.Layout, "m", 50_000, Derived.Events.Select(e => e with { Details = [e.Amplitude / 3, -0.125f] }),
        [new SoundContext([0.5f, -2, 3.25f], 0.75f), new SoundContext([1, 2, 4])]);
}
