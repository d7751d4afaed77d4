using SparseAudio.IO.SafeTensors;
using SparseAudio.Models;
using SparseAudio.Models.Presets;
using SparseAudio.Models.Workbook;
using SparseAudio.Training;

namespace SparseAudio.Interactive;

/// <summary>The model that the notebooks look at.</summary>
public static class NotebookModel
{
    /// <summary>
    /// The trained model that ships in the data folder; where none does, the workbook's preset untrained, in the rooms of the
    /// data folder. It is in evaluation mode.
    /// </summary>
    /// <param name="dataFolder">The folder, with at most one <c>.safetensors</c> file in it and the rooms in <c>ir</c>.</param>
    /// <param name="seed">Of the untrained model.</param>
    /// <exception cref="SafeTensorsException">The file that ships is damaged.</exception>
    /// <exception cref="Audio.AudioFileException">There are no rooms in the folder.</exception>
    public static SparseAudioModel Open(string dataFolder, long seed = 0)
    {
        var shipped = Directory.Exists(dataFolder) ? Directory.GetFiles(dataFolder, "*.safetensors") : [];
        var model = shipped is [var file] ? ModelFile.Load(file) : Untrained(dataFolder, seed);
        model.eval();
        return model;
    }

    private static SparseAudioModel Untrained(string dataFolder, long seed)
    {
        var rooms = RoomResponses.Find(Path.Combine(dataFolder, "ir"));
        var model = ModelPreset.Build(new WorkbookConfig() with { Rooms = rooms.Count }, seed);
        using var responses = RoomResponses.Read(rooms, model.Config);
        model.SetReverbResponses(responses);
        return model;
    }
}
