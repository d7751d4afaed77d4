using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Analysis;
using SparseAudio.Codec.Editing;
using SparseAudio.Data.Notes;
using SparseAudio.Evaluation.Notes;
using SparseAudio.Models.Workbook;
using SparseAudio.Training;
using Xunit;

namespace SparseAudio.Tests.Evaluation;

/// <summary>Whether the shipped model's events are notes, on sounds whose notes are known.</summary>
[Collection("torch")]
public sealed class ShippedNotesTests : IDisposable
{
    private readonly WorkbookModel _model = (WorkbookModel)ModelFile.Load(Repository.Path("data", "workbook.safetensors"));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_violins_notes_are_events_and_each_is_one()
    {
        var violin = Path.ChangeExtension(Repository.Path("data", "test", "bach-violin-sonata-2-allegro-violin-minji-kim.csv"), ".flac");
        var code = new CodeEncoder(_model).Encode(AudioFile.Read(violin).Slice(0, 15 * 22050));
        var truth = NoteLabels.Read(Path.ChangeExtension(violin, ".csv")).Where(note => note.OnsetSeconds < 14.9).ToArray();

        var measures = NoteMeasures.Of(truth, Labels(code), NoteTolerance.WithOffsets with { OnsetSeconds = 0.1 });

        Assert.InRange(measures.Onsets.F1, 0.85, 1);
        Assert.InRange(measures.EventsPerNote!.Value, 0.8, 1.2);
    }

    [Fact]
    public void A_transposed_code_holds_the_transposed_notes_and_sounds_like_them()
    {
        var clip = Mixture(3, out var truth);
        var code = new CodeEncoder(_model).Encode(clip);
        var describer = new EventDescriber(_model);

        var up = code.Transpose(EventQuery.All, 5, describer.PitchesOf(code)).Code;
        var again = new CodeEncoder(_model).Encode(new CodeDecoder(_model).Decode(up));

        NoteLabel[] shifted = [.. truth.Select(note => note with { Pitch = note.Pitch + 5 })];
        Assert.Equal(1, NoteMeasures.Of(shifted, Labels(up), NoteTolerance.WithOffsets).Onsets.F1, 0.15);
        Assert.Equal(1, NoteMeasures.Of(shifted, Labels(again), NoteTolerance.WithOffsets).Onsets.F1, 0.2);
    }

    [Fact]
    public void Notes_that_nobody_played_are_played_with_a_recordings_timbres()
    {
        var timbres = new CodeEncoder(_model).Encode(Mixture(3, out _));
        NoteLabel[] score = [.. new[] { 60, 64, 67, 72 }.Select((pitch, i) => new NoteLabel(0.1 + 0.4 * i, 0.45 + 0.4 * i, pitch, Velocity: 110))];

        var code = new NotePerformance(_model, timbres).Play(score);

        Assert.Equal(4, code.Events.Length);
        var told = NoteMeasures.Of(score, Labels(code), NoteTolerance.WithOffsets);
        Assert.Equal((1, 1), (told.Onsets.F1, told.WithOffsets.F1));
        Assert.InRange(told.OnsetError!.Median, 0, 0.001);
        Assert.InRange(told.PitchError!.Median, 0, 1);
        var heard = NoteMeasures.Of(score, Labels(new CodeEncoder(_model).Encode(new CodeDecoder(_model).Decode(code).Normalized())), NoteTolerance.WithOffsets);
        Assert.InRange(heard.Onsets.Recall, 0.75, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    public void A_note_over_a_border_is_one_and_sounds_on(int refineSteps)
    {
        var time = Enumerable.Range(0, 2 * 32768).Select(n => n / 22050.0);
        var clip = new AudioClip([.. time.Select(t => (float)(0.5 * Math.Min(1, t / 0.02) * Math.Clamp((2.5 - t) / 0.05, 0, 1)
            * Enumerable.Range(1, 5).Sum(q => Math.Sin(2 * Math.PI * 293.66 * q * t) / (q * q))))], 22050);
        var code = new CodeEncoder(_model) { RefineSteps = refineSteps }.Encode(clip);

        var note = new EventDescriber(_model).NotesOf(code)!.Value.MaxBy(n => n.Amplitude * n.Seconds)!;
        var decoded = new CodeDecoder(_model).Decode(code);

        Assert.Equal(("D4", 2), (note.Name, note.Events.Length));
        Assert.Equal(2.5, note.Seconds, 0.15);
        double Energy(AudioClip sound) => sound.Samples.AsSpan(32768 - 2048, 4096).ToArray().Sum(x => (double)x * x);
        Assert.InRange(Energy(decoded) / Energy(clip), 0.5, 2);
    }

    [Fact]
    public void A_rest_has_no_events()
    {
        var clip = new AudioClip(new float[4 * 32768], 22050);
        Mixture(2, out _).Samples.CopyTo(clip.Samples, 0);
        for (var i = 0; i < 2 * 32768; i++) clip.Samples[2 * 32768 + i] = 0;

        var code = new CodeEncoder(_model).Encode(clip);

        Assert.NotEmpty(code.Events);
        Assert.All(code.Events, e => Assert.InRange(e.Frame, 0, 255));
    }

    private List<NoteLabel> Labels(SparseCode code) =>
        [.. new EventDescriber(_model).NotesOf(code)!.Value.Select(note => new NoteLabel(note.OnsetSeconds, note.OffsetSeconds, note.Pitch))];

    // Damped notes on the semitones, a third of a second apart.
    private static AudioClip Mixture(int notes, out NoteLabel[] truth)
    {
        truth = [.. Enumerable.Range(0, notes).Select(i => new NoteLabel(0.1 + 0.35 * i, 0.1 + 0.35 * i + 0.3, 57 + 5 * i))];
        var samples = new float[32768];
        foreach (var note in truth)
        {
            var start = (int)(note.OnsetSeconds * 22050);
            for (var n = start; n < samples.Length; n++)
            {
                var (time, fade) = ((n - start) / 22050.0, Math.Clamp(1 - ((n - start) / 22050.0 - 0.3) / 0.03, 0, 1));
                for (var q = 1; q <= 6; q++)
                    samples[n] += (float)(0.2 / q * fade * Math.Min(1, time / 0.005) * Math.Exp(-time * (1 + q)) * Math.Sin(2 * Math.PI * note.Hz * q * time));
            }
        }

        return new AudioClip(samples, 22050, "a mixture");
    }
}
