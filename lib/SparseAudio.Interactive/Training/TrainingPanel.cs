using SparseAudio.Audio;
using SparseAudio.Interactive.Charts;
using SparseAudio.Interactive.Formatting;
using SparseAudio.Interactive.Players;
using SparseAudio.Training;

namespace SparseAudio.Interactive.Training;

/// <summary>
/// Shows a training while it runs: how far it is, the time left, the loss so far and what the model sounds like now. It asks
/// to be drawn again at most four times a second, and always for the last step.
/// </summary>
public sealed class TrainingPanel : INotebookOutput, IProgress<TrainingProgress>
{
    private static readonly TimeSpan _leastPause = TimeSpan.FromMilliseconds(250);

    private readonly List<(double X, double Y)> _losses = [];
    private readonly int _steps;
    private readonly TimeProvider _clock;
    private readonly long _started;
    private long _drawn;
    private AudioClip? _latest;
    private Action<object>? _redraw;

    /// <summary>Makes a panel; its clock starts now.</summary>
    /// <param name="steps">How many steps the training shall take.</param>
    /// <param name="clock">Where the time comes from; the system's clock when left out.</param>
    public TrainingPanel(int steps, TimeProvider? clock = null)
    {
        (_steps, _clock) = (steps, clock ?? TimeProvider.System);
        _started = _drawn = _clock.GetTimestamp();
    }

    /// <summary>Names what draws the panel anew: the Update of the displayed value.</summary>
    /// <param name="redraw">Called with this panel.</param>
    public void RedrawWith(Action<object> redraw) => _redraw = redraw;

    /// <summary>Takes note of a step.</summary>
    /// <param name="step">Its number, counted from 1.</param>
    /// <param name="loss">Its loss.</param>
    public void Report(int step, double loss)
    {
        _losses.Add((step, loss));
        if (step < _steps && _clock.GetElapsedTime(_drawn) < _leastPause)
            return;

        _drawn = _clock.GetTimestamp();
        _redraw?.Invoke(this);
    }

    /// <summary>Takes note of what the model sounds like now; it shows with the next step.</summary>
    /// <param name="latest">The sound.</param>
    public void Hear(AudioClip latest) => _latest = latest;

    /// <summary>Takes note of a step of a trainer; a step that was skipped for NaN or infinity is none.</summary>
    /// <param name="value">Where the training stands.</param>
    public void Report(TrainingProgress value)
    {
        if (value.Entry.Loss is { } loss)
            Report((int)value.Step, loss);
    }

    /// <inheritdoc/>
    public string ToHtml()
    {
        var isLog = _losses.All(point => point.Y > 0);
        var chart = _losses.Count < 2
            ? ""
            : $"<img alt=\"Loss by step\" src=\"{LineChart.Picture([new("loss", Thinned())], "step", "loss", isLog, height: 240)}\">";
        return $"""
            {Html.Style("panel")}<div class="sa-panel">
            <progress max="{_steps}" value="{Step}" aria-label="Training"></progress>
            <p>{Html.Text(ToString())}</p>
            {chart}
            {(_latest is null ? "" : new AudioPlayer(_latest).ToHtml())}
            </div>
            """;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var elapsed = _clock.GetElapsedTime(_started, _drawn);
        if (_losses.Count == 0)
            return $"step 0 of {_steps}";

        var time = Step >= _steps
            ? $"done in {elapsed.TotalSeconds:0} s"
            : $"{elapsed.TotalSeconds:0} s, about {elapsed.TotalSeconds / _losses.Count * (_steps - Step):0} s left";
        return $"step {Step} of {_steps} · loss {Rounded.Significant(_losses[^1].Y)} · {time}";
    }

    private int Step => _losses.Count == 0 ? 0 : (int)_losses[^1].X;

    /// <summary>At most a few hundred points: more cannot be seen, and the panel is sent anew with every update.</summary>
    private List<(double X, double Y)> Thinned()
    {
        var every = Math.Max(1, _losses.Count / 300);
        return [.. _losses.Where((_, index) => index % every == 0 || index == _losses.Count - 1)];
    }
}
