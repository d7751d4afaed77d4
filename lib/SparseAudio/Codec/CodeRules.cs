namespace SparseAudio.Codec;

/// <summary>What the events and contexts of one code must keep to, checked as they come.</summary>
internal sealed class CodeRules(CodeLayout layout, long frames)
{
    private int? _details;
    private int? _numbers;

    /// <summary>Checks a code's grid and length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is absurd; the message names it.</exception>
    public static void Check(CodeLayout layout, long length)
    {
        layout.Validate();
        if (length < 0 || length > (long)int.MaxValue * layout.Hop)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"A code cannot be {length} samples long.");
    }

    /// <exception cref="ArgumentException">The event lies outside the grid or the recording, or is not a number; the message names it.</exception>
    public void Check(SoundEvent item)
    {
        if (item.Frame < 0 || item.Frame >= frames)
            throw new ArgumentException($"An event lies at frame {item.Frame}; the recording has frames 0 to {frames - 1}.");
        if (item.Channel < 0 || item.Channel >= layout.Channels)
            throw new ArgumentException($"The event at frame {item.Frame} has channel {item.Channel}; the model has channels 0 to {layout.Channels - 1}.");
        if (!float.IsFinite(item.Amplitude) || !float.IsFinite(item.Gain))
            throw new ArgumentException($"The event at frame {item.Frame}, channel {item.Channel}, has an amplitude or gain that is not a finite number.");
        _details ??= item.Details.Length;
        if (item.Details.Length != _details || item.Details.Any(d => !float.IsFinite(d)))
            throw new ArgumentException($"The event at frame {item.Frame}, channel {item.Channel}, does not have {_details} finite details like the first one.");
    }

    /// <exception cref="ArgumentException">The context is of another model than the grid or the contexts before.</exception>
    public void Check(SoundContext context)
    {
        if (!context.Channels.IsEmpty && context.Channels[^1] >= layout.Channels)
            throw new ArgumentException($"A context has an channel above {layout.Channels - 1}, the model's last.");
        _numbers ??= context.Numbers.Length;
        if (context.Numbers.Length != _numbers)
            throw new ArgumentException("The contexts have different counts of numbers; they come from different models.");
    }
}
