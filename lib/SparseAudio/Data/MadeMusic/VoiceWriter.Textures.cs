namespace SparseAudio.Data.MadeMusic;

/// <content>The textures.</content>
internal sealed partial class VoiceWriter
{
    private const int Octave = 12;

    private static readonly int[][] _chords = [
        [0, 2, 4], [0, 2, 4, 7], [0, 4, 9], [0, 3, 5], [0, 7], [-7, 0, 2, 4], [0, 2, 5], [0, 1, 4], [0, 2, 4, 6]];

    private Func<double, double> Melody() => time =>
    {
        var length = _value * random.Pick(1, 1, 1, 2, 2, 0.5, 3);
        Move(random.Pick(-3, -2, -1, -1, 0, 1, 1, 2, 3, random.Next(-6, 7)));
        if (random.Chance(0.9))
            Add(time, length * _legato, _place);

        return length;
    };

    private Func<double, double> RepeatedNotes()
    {
        var third = instrument.AtOnce == NotesAtOnce.Many && random.Chance(0.3);
        return time =>
        {
            if (random.Chance(0.2))
                Move(random.Pick(-2, -1, 1, 2));

            Add(time, _value * _legato, _place);
            if (third)
                Add(time, _value * _legato, _place + 2);

            return _value;
        };
    }

    private Func<double, double> Run()
    {
        var length = Math.Min(_value, random.Pick(0.1, 0.12, 0.15, 0.2));
        var direction = random.Pick(-1, 1);
        return time =>
        {
            if (_place + direction < 0 || _place + direction > keys.Length - 1 || random.Chance(0.12))
                direction = -direction;

            Move(direction);
            Add(time, length * _legato, _place);
            return length;
        };
    }

    private Func<double, double> LongLine() => time =>
    {
        var length = random.Between(0.7, 2.5);
        Move(random.Pick(-4, -2, -1, 1, 2, 4));
        Add(time, length * random.Pick(0.9, 1), _place);
        if (instrument.AtOnce != NotesAtOnce.One && random.Chance(0.4))
            Add(time, length * 0.95, _place + random.Pick(2, 3, 4, 5, 7));

        return length;
    };

    private Func<double, double> Chords()
    {
        var spread = random.Pick(0, 0, 0, 0.02, 0.04);
        return time =>
        {
            var length = Math.Min(2.5, _value * random.Pick(1, 2, 2, 4));
            Move(random.Pick(-3, -2, -1, 0, 0, 1, 2, 3));
            var chord = random.Pick(_chords);
            for (var i = 0; i < chord.Length; i++)
                Add(time + (i * spread), (length * _legato) - (i * spread), _place + chord[i]);

            return length;
        };
    }

    private Func<double, double> BrokenChord() => Broken(1);

    // As with the pedal down: each note sounds on while others follow.
    private Func<double, double> RingingChord() => Broken(random.Pick(3, 6));

    private Func<double, double> Broken(int ring)
    {
        var length = Math.Min(_value, random.Pick(0.18, 0.25, 0.3));
        int[] figure = [.. Enumerable.Range(0, 8).OrderBy(_ => random.Next()).Take(random.Pick(3, 4, 4))];
        if (random.Chance(0.5))
            Array.Sort(figure);

        var count = 0;
        return time =>
        {
            if (count % 8 == 0)
                Move(random.Pick(-2, -1, 0, 1, 2));

            Add(time, length * ring * _legato, _place + figure[count % figure.Length]);
            count++;
            return length;
        };
    }

    private Func<double, double> DoubleStops() => time =>
    {
        var length = _value * random.Pick(1, 2, 2);
        Move(random.Pick(-2, -1, 0, 1, 2));
        Add(time, length * _legato, _place);
        Add(time, length * _legato, _place + random.Pick(2, 3, 4, 5, 7));
        if (random.Chance(0.1))
            Add(time, length * _legato, _place + 9);

        return length;
    };

    private Func<double, double> Octaves() => time =>
    {
        var length = _value * random.Pick(1, 1, 2);
        Move(random.Pick(-3, -2, -1, 1, 2, 3));
        var key = keys[Math.Clamp((int)Math.Round(_place), 0, keys.Length - 1)];
        var upper = key + (random.Chance(0.85) ? Octave : Octave + 7);
        AddKey(time, length * _legato, key);
        if (upper <= instrument.Highest)
            AddKey(time, length * _legato, upper);

        return length;
    };

    private Func<double, double> Trill()
    {
        var length = random.Between(0.09, 0.16);
        var count = 0;
        return time =>
        {
            if (count++ % 12 == 0)
                Move(random.Pick(-2, -1, 1, 2));

            Add(time, length, _place + (count % 2));
            return length;
        };
    }
}
