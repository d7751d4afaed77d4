using SparseAudio.Data.MadeMusic;
using Xunit;

namespace SparseAudio.Tests.Data.MadeMusic;

/// <summary>A test that needs fluidsynth and a sound font; it is skipped, and says so, where they are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SoundFontFactAttribute : FactAttribute
{
    public SoundFontFactAttribute()
    {
        if (SoundFontSynth.InstalledFonts.Count == 0)
            Skip = "needs fluidsynth with timgm6mb-soundfont or fluid-soundfont-gm";
    }
}
