using System.Text;
using SparseAudio.Codec.Format;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Training;
using Xunit;

namespace SparseAudio.Tests.Codec.Format;

/// <summary>
/// Damaged texts: codes as JSON, and configurations of models and trainings. Each is read, or refused with the one exception of its kind.
/// <c>SPARSEAUDIO_FUZZ</c> sets how many of each kind are tried, <c>SPARSEAUDIO_FUZZ_SEED</c> the seed.
/// </summary>
public sealed class CodeJsonFuzzTests
{
    private const long MostBytes = 64 << 20;

    private static readonly string[] _tokens =
        ["{", "}", "[", "]", ":", ",", "\"", "0", "-1", "1e9", "1e39", "-1e308", "9223372036854775807", "2147483647", "null", "true", "\"x\"", "\\u0000",
            "\\ud800", "\uFEFF", "\"events\":", "\"context\":1,", "\"time\":1e300,", "[[[[[[[["];

    [Fact]
    public void Damaged_codes_are_read_or_refused() => Try(
        [CodeJson.Write(SampleCodes.Uniform(1, eventsPerSegment: 4)), CodeJson.Write(SampleCodes.Edited(2)), CodeJson.Write(SampleCodes.WithNumbers(3, 1))],
        text => CodeJson.Read(text, "damaged.json"), error => error is CodeFileException && error.Message.StartsWith("damaged.json: ", StringComparison.Ordinal));

    [Fact]
    public void Damaged_model_configurations_are_read_or_refused() => Try(
        [.. ModelPreset.Names.Select(name => ModelPreset.Config(name).ToJson())], text => ModelPreset.FromJson(text), error => error is ModelConfigException);

    [Fact]
    public void Damaged_training_configurations_are_read_or_refused() => Try(
        [TrainingConfig.Published.ToJson(), TrainingConfig.Notes.ToJson()], text => TrainingConfig.FromJson(text), error => error is TrainingException);

    private static void Try(string[] intact, Func<string, object> read, Func<Exception, bool> isRefusal)
    {
        var count = Setting("SPARSEAUDIO_FUZZ", 2000);
        var seed = Setting("SPARSEAUDIO_FUZZ_SEED", 20261126);
        var random = new Random(seed);
        var refused = 0;
        for (var i = 0; i < count; i++)
        {
            var text = Damaged(intact[random.Next(intact.Length)], random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(text);
            }
            catch (Exception error)
            {
                Assert.True(isRefusal(error), $"seed {seed}, text {i}: {error}");
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        }

        Assert.InRange(refused, count / 2, count - 1);
    }

    private static string Damaged(string intact, Random random)
    {
        var text = new StringBuilder(intact);
        for (var times = random.Next(1, 4); times > 0; times--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(5))
            {
                case 0:
                    text.Insert(at, _tokens[random.Next(_tokens.Length)]);
                    break;
                case 1:
                    text.Remove(at, Math.Min(random.Next(1, 20), text.Length - at));
                    break;
                case 2:
                    text[at] = (char)random.Next(0x20, 0x7F);
                    break;
                case 3:
                    ReplaceNumber(text, at, _tokens[random.Next(7, 14)]);
                    break;
                default:
                    text.Insert(at, intact.AsSpan(random.Next(intact.Length / 2), random.Next(1, 40)));
                    break;
            }

            if (text.Length == 0) text.Append(' ');
        }

        return text.ToString();
    }

    // The next number after a place, which keeps the text readable.
    private static void ReplaceNumber(StringBuilder text, int at, string number)
    {
        while (at < text.Length && !char.IsDigit(text[at])) at++;
        var end = at;
        while (end < text.Length && (char.IsDigit(text[end]) || text[end] == '.')) end++;
        text.Remove(at, end - at).Insert(at, number);
    }

    private static int Setting(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : standard;
}
