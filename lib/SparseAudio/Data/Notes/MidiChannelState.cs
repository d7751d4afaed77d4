using NAudio.Midi;

namespace SparseAudio.Data.Notes;

/// <summary>What a MIDI channel is set to: its program, and how far its pitch wheel bends notes.</summary>
internal sealed class MidiChannelState
{
    private const int WheelAtRest = 8192;
    private const double UsualRange = 2;
    private const int RegisteredParameterFine = 100;
    private const int RegisteredParameterCoarse = 101;
    private const int DataEntryCoarse = 6;
    private const int Unset = 127;

    private int _wheel = WheelAtRest;
    private double _range = UsualRange;
    private (int Coarse, int Fine) _parameter = (Unset, Unset);

    /// <summary>General MIDI program, counted from 0.</summary>
    public int Program { get; private set; }

    /// <summary>Semitones that the pitch wheel adds.</summary>
    public double Bend => (_wheel - WheelAtRest) * _range / WheelAtRest;

    /// <summary>Follows an event of the channel.</summary>
    public void Take(MidiEvent message)
    {
        switch (message)
        {
            case PatchChangeEvent patch:
                Program = patch.Patch;
                break;
            case PitchWheelChangeEvent wheel:
                _wheel = wheel.Pitch;
                break;
            case ControlChangeEvent control:
                Take((int)control.Controller, control.ControllerValue);
                break;
        }
    }

    // Registered parameter 0 is the range of the pitch wheel in semitones.
    private void Take(int controller, int value)
    {
        switch (controller)
        {
            case RegisteredParameterCoarse:
                _parameter.Coarse = value;
                break;
            case RegisteredParameterFine:
                _parameter.Fine = value;
                break;
            case DataEntryCoarse when _parameter == (0, 0):
                _range = value;
                break;
        }
    }
}
