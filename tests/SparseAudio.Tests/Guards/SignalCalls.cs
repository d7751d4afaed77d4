using SparseAudio.Signal;

namespace SparseAudio.Tests.Guards;

/// <summary>The members of the signal functions that take tensors.</summary>
internal static class SignalCalls
{
    public static IEnumerable<TensorCall> All() =>
    [
        new(typeof(FftConvolution), nameof(FftConvolution.Convolve), "a real (…, n=16); b real (…, m=5)", t => FftConvolution.Convolve(
            t["a"], t["b"], 20)),
        new(typeof(FftConvolution), nameof(FftConvolution.ConvolveSum), "a real (b, e, n=16); b real (b, e, m=5)", t => FftConvolution.ConvolveSum(
            t["a"], t["b"], 20)),
        new(typeof(Framing), nameof(Framing.Split), "signal real (…, 32)", t => Framing.Split(t["signal"], 8, 4)),
        new(typeof(Framing), nameof(Framing.OverlapAdd), "frames real (…, n=4, 8)", t => Framing.OverlapAdd(t["frames"])),
        new(typeof(OctaveBand), "new", "Samples real (…, 8)", t => new OctaveBand(8, t["Samples"])),
        new(typeof(OctaveBands), nameof(OctaveBands.Split), "signal real (…, 32)", t => OctaveBands.Split(t["signal"], 8)),
        new(typeof(Placement), nameof(Placement.Place), "sounds real (b, e, 8); frames int64 (b, e)", t => Placement.Place(
            t["sounds"], t["frames"], 4, 32)),
        new(typeof(Placement), nameof(Placement.PlaceSum), "sounds real (b, e, 8); frames int64 (b, e)", t => Placement.PlaceSum(
            t["sounds"], t["frames"], 4, 32)),
        new(typeof(Stft), nameof(Stft.Magnitude), "signal real (…, 32)", t => Stft.Magnitude(t["signal"], 8, 4)),
    ];
}
