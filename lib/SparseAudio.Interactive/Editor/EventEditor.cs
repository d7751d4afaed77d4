using System.Text.Json;
using System.Text.Json.Nodes;
using SparseAudio.Audio;
using SparseAudio.Codec;
using SparseAudio.Codec.Analysis;
using SparseAudio.Codec.Format;
using SparseAudio.Data.Notes;
using SparseAudio.Interactive.Charts;
using SparseAudio.Interactive.Formatting;
using SparseAudio.Interactive.Players;
using SparseAudio.Models;

namespace SparseAudio.Interactive.Editor;

/// <summary>
/// A piano roll in which a code's events are heard, moved, muted and copied. The page itself makes the sound, of the part of the model that
/// decodes, so an edit is heard at once and nothing is asked of a server. Without scripts it is a picture of the notes.
/// </summary>
public sealed class EventEditor : INotebookOutput
{
    private readonly SparseCode _code;
    private readonly DecoderExport _decoder;
    private readonly IReadOnlyList<CodeNote> _notes;
    private readonly string _title;
    private readonly AudioClip? _original;

    /// <summary>Prepares an editor.</summary>
    /// <param name="code">The code, at most <see cref="LongestSeconds"/> long.</param>
    /// <param name="model">The model that made it.</param>
    /// <param name="title">What to call it.</param>
    /// <param name="original">The recording, to compare with, at the model's sample rate; a copy of it goes into the page.</param>
    /// <exception cref="ModelMismatchException">Another model made the code.</exception>
    /// <exception cref="ArgumentException">The code is too long, its events are not notes, or the recording has another sample rate.</exception>
    public EventEditor(SparseCode code, SparseAudioModel model, string title, AudioClip? original = null)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(model);
        if (code.DurationSeconds > LongestSeconds)
            throw new ArgumentException($"The code lasts {code.DurationSeconds:F0} s; an editor takes up to {LongestSeconds} s.", nameof(code));
        if (original is not null && original.SampleRate != code.Layout.SampleRate)
            throw new ArgumentException(
                $"The recording has {original.SampleRate} samples a second, the code {code.Layout.SampleRate}; resample it.", nameof(original));
        (_code, _title, _original) = (code, title, original);
        _notes = new EventDescriber(model).NotesOf(code) ?? [];
        _decoder = model.ExportDecoder()
            ?? throw new ArgumentException($"The events of the model '{model.Config.Name}' are not notes; an editor shows notes.", nameof(model));
    }

    /// <summary>The longest code that an editor takes, in seconds: beyond, the page would be large and slow to open.</summary>
    public const int LongestSeconds = 120;

    /// <inheritdoc/>
    public string ToHtml()
    {
        var decoder = $"sa-decoder-{_code.Model}";
        return $"""
            {Html.Style("editor")}<div class="sa-editor" data-title="{Html.Text(_title)}" data-decoder="{decoder}">
            <img class="sa-picture" alt="{Html.Text(_title)}: the notes" src="{Picture()}">
            <script type="application/json" class="sa-code">{Minified(CodeJson.Write(_code))}</script>
            <script type="application/json" class="sa-notes">{JsonSerializer.Serialize(NoteOfEvents())}</script>
            {Original()}</div>
            {Decoder(decoder)}{Html.Script("editor")}
            """;
    }

    /// <summary>The editor as a whole page of its own, which needs nothing but itself.</summary>
    public string ToPage() => $$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{Html.Text(_title)}}</title>
        <style>
        :root { color-scheme: light dark; }
        body { max-width: 1100px; margin: 16px auto; padding: 0 12px; color: #1c2126; background: #fff; }
        @media (prefers-color-scheme: dark) { body { color: #e6e6e6; background: #16191c; } }
        </style>
        </head>
        <body>
        {{ToHtml()}}</body>
        </html>

        """;

    /// <inheritdoc/>
    public override string ToString() => $"{_title}: {_notes.Count} notes, {_code.Events.Length} events, {_code.DurationSeconds:F2} s";

    // The note of every event; what is no part of a note is one by itself.
    private int[] NoteOfEvents()
    {
        var notes = new int[_code.Events.Length];
        Array.Fill(notes, -1);
        for (var note = 0; note < _notes.Count; note++)
            foreach (var index in _notes[note].Events) notes[index] = note;
        var next = _notes.Count;
        return [.. notes.Select(note => note < 0 ? next++ : note)];
    }

    private string Decoder(string id)
    {
        var numbers = Convert.ToBase64String(_decoder.Numbers.Span);
        return $"<script type=\"text/plain\" data-once=\"{id}\" id=\"{id}\" data-header=\"{Html.Text(_decoder.Header)}\">{numbers}</script>\n";
    }

    private string Original() => _original is null
        ? ""
        : $"<script type=\"text/plain\" class=\"sa-original\">{Convert.ToBase64String(WaveBytes.From(_original))}</script>\n";

    private string Picture() => PianoRoll.Draw(
        _title,
        [("notes", [.. _notes.Select(note => new NoteLabel(note.OnsetSeconds, note.OffsetSeconds, note.Pitch))])],
        _code.DurationSeconds).Picture;

    private static string Minified(string json) => JsonNode.Parse(json)!.ToJsonString();
}
