using Concentus;
using Concentus.Enums;
using SparseAudio.Audio;

namespace SparseAudio.Evaluation.Rates;

/// <summary>
/// Opus (RFC 6716) at its lowest rates, by Concentus, which is libopus 1.1 in C#: variable bit rate, the highest complexity, frames of 20 or 60 ms,
/// whichever come closer. Its packets are counted as they are, with their lengths and without the pages of a file.
/// </summary>
public sealed class OpusCoder : IRateCoder
{
    private const int SampleRate = 24000;
    private const int MostPacketBytes = 1275;
    private const int HighestComplexity = 10;
    private static readonly double[] _rates = [6, 8];
    private static readonly int[] _frameMilliseconds = [20, 60];

    // A library of the system would make results depend on the machine.
    static OpusCoder() => OpusCodecFactory.AttemptToUseNativeLibrary = false;

    /// <inheritdoc/>
    public string Name => "Opus";

    /// <summary>Codes a recording at 6 and 8 kbit/s, whatever <paramref name="rates"/> are; how many bytes that takes is for Opus to say.</summary>
    /// <inheritdoc/>
    public IEnumerable<CodedSound> Code(AudioClip clip, IReadOnlyList<double> rates, CancellationToken cancellation = default)
    {
        foreach (var rate in _rates)
        {
            yield return _frameMilliseconds.Select(milliseconds =>
            {
                cancellation.ThrowIfCancellationRequested();
                var bytes = Encode(clip, rate, milliseconds);
                return new CodedSound(rate, bytes, Decode(bytes));
            }).MinBy(coded => RateDistance.Between(clip.Samples, coded.Sound, clip.SampleRate))!;
        }
    }

    /// <summary>The packets, each after its length; before them the recording's length and sample rate, and how much the encoder is late.</summary>
    internal static byte[] Encode(AudioClip clip, double rate, int frameMilliseconds)
    {
        using var encoder = OpusCodecFactory.CreateEncoder(SampleRate, 1, OpusApplication.OPUS_APPLICATION_AUDIO);
        encoder.Bitrate = (int)(rate * 1000);
        encoder.UseVBR = true;
        encoder.Complexity = HighestComplexity;
        encoder.SignalType = OpusSignal.OPUS_SIGNAL_MUSIC;
        var sound = Resampler.Resample(clip.Samples, clip.SampleRate, SampleRate);
        var frame = SampleRate / 1000 * frameMilliseconds;
        var packets = (sound.Length + encoder.Lookahead + frame - 1) / frame;
        Array.Resize(ref sound, packets * frame);
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        foreach (var number in new[] { clip.Samples.Length, clip.SampleRate, encoder.Lookahead }) writer.Write7BitEncodedInt(number);
        var packet = new byte[MostPacketBytes];
        for (var i = 0; i < packets; i++)
        {
            var length = encoder.Encode(sound.AsSpan(i * frame, frame), frame, packet, packet.Length);
            writer.Write7BitEncodedInt(length);
            writer.Write(packet, 0, length);
        }

        writer.Flush();
        return memory.ToArray();
    }

    /// <summary>The sound of what <see cref="Encode"/> wrote, at the recording's sample rate.</summary>
    internal static float[] Decode(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        var (length, sampleRate, lookahead) = (reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt());
        using var decoder = OpusCodecFactory.CreateDecoder(SampleRate, 1);
        var sound = new List<float>();
        var frame = new float[SampleRate / 1000 * 120];
        while (reader.BaseStream.Position < bytes.Length)
        {
            var packet = reader.ReadBytes(reader.Read7BitEncodedInt());
            sound.AddRange(frame.AsSpan(0, decoder.Decode(packet, frame, frame.Length)));
        }

        var heard = Resampler.Resample(sound.Skip(lookahead).ToArray(), SampleRate, sampleRate);
        Array.Resize(ref heard, length);
        return heard;
    }
}
